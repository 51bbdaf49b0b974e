#!/usr/bin/env python3
"""Golden bytes of the log, written from LOG.md alone.

An account of two small logs: how every layout looks in bytes, what the commits hash to, and what the fold serialises to.
It shares nothing with the Rust code. `python3 log.py > log.txt` writes the frozen file that the tests read; a change
there is a change of the format.
"""
import hashlib
import struct

from ed25519 import public, sign

# --- LOG.md section 1 --------------------------------------------------------------------------------------------------


def u8(value):
    return struct.pack("<B", value)


def u16(value):
    return struct.pack("<H", value)


def u32(value):
    return struct.pack("<I", value)


def u64(value):
    return struct.pack("<Q", value)


def lp(data):
    return u16(len(data)) + data


def label(name):
    return lp(b"tacit/v1/" + name.encode())


def H(name, data):
    return hashlib.sha256(label(name) + data).digest()


def wrapped(byte):
    return lp(bytes([byte]) * 48)


def list8(items):
    return u8(len(items)) + b"".join(items)


def list16(items):
    return u16(len(items)) + b"".join(items)


def list32(items):
    return u32(len(items)) + b"".join(items)


def id_(byte):
    return bytes([byte]) * 16


# --- Sections 2 and 3 --------------------------------------------------------------------------------------------------


def entry(kind, data):
    return u16(kind) + u32(len(data)) + data


class Actor:
    def __init__(self, seed, principal=None):
        self.principal = principal or id_(seed)
        self.device = id_(seed | 0x80)
        self.identity = bytes([seed]) * 32
        self.signing = bytes([seed | 0x80]) * 32

    def on_device(self, seed):
        other = Actor(1, self.principal)
        other.identity = self.identity
        other.device = id_(seed)
        other.signing = bytes([seed]) * 32
        return other

    def device_entry(self, generation):
        fields = self.principal + self.device + public(self.signing) + b"\xa1" * 32 + u32(generation)
        return entry(0x0002, fields + sign(self.identity, label("device") + fields))

    def identity_entry(self, other, generation):
        fields = self.principal + u32(generation) + public(other.identity) + b"\xa2" * 32
        return entry(0x0004, fields + sign(self.identity, label("identity") + fields))

    def member(self, grants, access, generation=1, signing=None, agreement=b"\xa0" * 32):
        grants = [scope + u16(rights) for scope, rights in grants]
        access = [scope + u32(epoch) + u8(1) + u32(1) + wrapped(0xAC) for scope, epoch in access]
        keys = (signing or public(self.identity)) + agreement
        return self.principal + u8(1) + u32(generation) + keys + list16(grants) + list16(access)

    def device_row(self, generation, counter, revoked=0):
        keys = public(self.signing) + b"\xa1" * 32
        return self.device + self.principal + keys + u32(generation) + u64(counter) + u8(revoked)


class Log:
    def __init__(self, id):
        self.id, self.seq, self.head, self.counters, self.commits = id, 0, bytes(32), {}, []

    def commit(self, actor, entries):
        counter = self.counters[actor.device] = self.counters.get(actor.device, 0) + 1
        body = b"".join(entries)
        header = b"TACITLOG" + u16(1) + u16(1) + self.id + u64(self.seq) + self.head + actor.principal + actor.device
        header += u64(counter) + u64(1_700_000_000_000) + id_(7) + u16(1) + u16(1) + u32(len(body)) + H("body", body)
        assert len(header) == 172
        self.head = H("commit", header)
        self.seq += 1
        self.commits.append(header + body + sign(actor.signing, label("commit-signature") + self.head))

    def prologue(self, kind, root):
        return u16(1) + self.id + u8(kind) + u64(self.seq - 1) + self.head + root


def edge(scope, epoch):
    return scope + u32(epoch) + wrapped(0xE1) + wrapped(0xE2)


def scope(id, epoch, parents):
    previous = wrapped(0xE3) if epoch > 1 else b""
    return entry(0x0006, id + u32(epoch) + list8([edge(*parent) for parent in parents]) + previous)


def wraps(scopes):
    return list16([wrap(*one) for one in scopes])


def wrap(scope, epoch):
    return scope + u32(epoch) + wrapped(0x77)


BLOB = H("blob", b"sealed") + u32(6)
OVERVIEW, VALUE = 0, 1


def put(object, part, revision, scopes):
    return entry(0x0007, object + u8(part) + u64(revision) + wraps(scopes) + BLOB)


def part(revision, seq, index, scopes, forgotten=()):
    ranges = [u64(first) + u64(last) for first, last in forgotten]
    return u64(revision) + u64(seq) + u16(index) + BLOB + wraps(scopes) + list16(ranges)


def founding(kind, name):
    nonce = b"\x5a" * 32
    owner = Actor(1)
    id = H(name, public(owner.identity) + nonce)[:16]
    if kind == 1:
        owner.principal = id
    log = Log(id)
    genesis = entry(0x0001, u8(kind) + nonce + owner.principal + public(owner.identity))
    member = entry(0x0005, owner.member([(ROOT, 63)], [(ROOT, 1)]))
    log.commit(owner, [genesis, scope(ROOT, 1, []), member, owner.device_entry(1)])
    return owner, log


ROOT, PROJECT, DEV, PROD = id_(0x10), id_(0x20), id_(0x31), id_(0x32)

# --- Two logs, and section 6 -------------------------------------------------------------------------------------------


def vault():
    owner, log = founding(2, "vault-id")
    guest, heir = Actor(2), Actor(0x44)
    dev = [(DEV, 1)]
    log.commit(owner, [
        scope(PROJECT, 1, [(ROOT, 1)]),
        scope(DEV, 1, [(PROJECT, 1)]),
        scope(PROD, 1, [(PROJECT, 1)]),
        put(id_(1), OVERVIEW, 1, dev),
        put(id_(1), VALUE, 1, dev),
    ])
    guests = guest.member([(DEV, 1 | 2 | 4)], dev)
    log.commit(owner, [entry(0x0005, guests)])
    log.commit(guest, [guest.device_entry(1)])
    log.commit(owner, [
        scope(DEV, 2, [(PROJECT, 1)]),
        put(id_(1), VALUE, 2, [(DEV, 2), (PROD, 1)]),
        entry(0x000B, id_(1) + u8(VALUE) + u64(1) + u64(1)),
        put(id_(2), OVERVIEW, 1, [(PROJECT, 1)]),
        entry(0x000A, id_(2) + u64(1)),
    ])
    before = vault_state(log, owner, guest, guests, owner.member([(ROOT, 63)], [(ROOT, 1)]), 0, [(DEV, 2), (PROD, 1)])
    log.commit(owner, [
        entry(0x000C, H("state", before) + u16(0)),
        entry(0x0008, id_(1) + u8(VALUE) + u64(2) + wrap(PROJECT, 1)),
        entry(0x0009, id_(1) + u8(VALUE) + u64(2) + PROD),
        entry(0x0003, guest.device),
        owner.identity_entry(heir, 2),
        entry(0x000D, u64(900) + b"\x03" * 32),
        entry(0x8001, b"\x09" * 32),
        entry(0x8F00, b"later"),
    ])
    owners = owner.member([(ROOT, 63)], [(ROOT, 1)], 2, public(heir.identity), b"\xa2" * 32)
    return log, vault_state(log, owner, guest, guests, owners, 1, [(PROJECT, 1), (DEV, 2)])


def vault_state(log, owner, guest, guests, owners, revoked, scopes):
    def row(id, epoch, parents, previous=b""):
        return id + u32(epoch) + list8([edge(*parent) for parent in parents]) + previous

    return (
        log.prologue(2, ROOT)
        + list32([owners, guests])
        + list32([owner.device_row(1, log.counters[owner.device]), guest.device_row(1, 1, revoked)])
        + list32([
            row(ROOT, 1, []),
            row(PROJECT, 1, [(ROOT, 1)]),
            row(DEV, 2, [(PROJECT, 1)], wrapped(0xE3)),
            row(PROD, 1, [(PROJECT, 1)]),
        ])
        + list32([
            id_(1) + u8(0) + part(1, 1, 3, [(DEV, 1)]) + u8(1) + part(2, 4, 1, scopes, [(1, 1)]),
            id_(2) + u8(1) + part(1, 4, 3, [(PROJECT, 1)]) + u8(0),
        ])
    )


def account():
    owner, log = founding(1, "account-id")
    second = owner.on_device(0x55)
    log.commit(second, [second.device_entry(1)])

    def state(counter, account):
        devices = [second.device_row(1, 1), owner.device_row(1, counter)]
        member = owner.member([(ROOT, 63)], [(ROOT, 1)])
        root = ROOT + u32(1) + u8(0)
        return log.prologue(1, ROOT) + list32([member]) + list32(devices) + list32([root]) + list32([]) + account

    heads = [id_(1) + u64(5) + b"\x01" * 32, id_(2) + u64(7) + b"\x02" * 32]
    grants = list16([second.device + wrapped(0x99)])
    credential = u32(1) + u32(2) + b"\x01" * 32 + b"\x02" * 32 + b"\x04" * 32 + b"\x03" * 32
    before = state(1, u32(1) + u16(0) + u32(0) + list32([]))
    log.commit(owner, [
        entry(0x000C, H("state", before) + list16(heads)),
        entry(0x0021, u32(2) + wrapped(0x98) + grants),
        entry(0x0020, credential),
    ])
    return log, state(2, u32(2) + wrapped(0x98) + grants + u32(1) + credential + list32(heads))


for name, (log, state) in {"vault": vault(), "account": account()}.items():
    for seq, commit in enumerate(log.commits):
        print(f"{name} commit {seq} {commit.hex()}")
    print(f"{name} head {log.head.hex()}")
    print(f"{name} state {state.hex()}")
    print(f"{name} root {H('state', state).hex()}")
