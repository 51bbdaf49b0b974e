#!/usr/bin/env python3
"""Golden bytes of what crosses the wire, written from PROTOCOL.md alone.

Routes, bodies, answers, proofs and frames, each by its name. It shares nothing with the Rust code. `python3 wire.py > wire.txt`
writes the frozen file that the tests read; a change there is a change of the protocol.
"""
import hashlib
import hmac
import struct

from ed25519 import public, sign

# --- Section 1 --------------------------------------------------------------------------------------------------------


def uint(value):
    """The shortest base-128 form."""
    if value < 0x80:
        return bytes([value])
    return bytes([value & 0x7F | 0x80]) + uint(value >> 7)


def bytes_(data):
    return uint(len(data)) + data


def list_(items):
    return uint(len(items)) + b"".join(items)


def lp(data):
    return struct.pack("<H", len(data)) + data


def H(name, data):
    return hashlib.sha256(lp(b"tacit/v1/" + name.encode()) + data).digest()


LOG = bytes(range(0x10))
OBJECT = bytes(range(0xA0, 0xB0))
OTHER = bytes(range(0xB0, 0xC0))
SECOND_LOG = bytes(range(0x10, 0x20))

# --- Section 4: routes ------------------------------------------------------------------------------------------------

BASE = f"/v1/logs/{LOG.hex()}"
ROUTES = {
    "append": f"POST {BASE}/commits",
    "pull": f"GET {BASE}/commits?from=0",
    "pull.far": f"GET {BASE}/commits?from={2**63 - 1}",
    "chain": f"GET {BASE}/chain?from=256",
    "current": f"GET {BASE}/current",
    "current.after": f"GET {BASE}/current?after={OBJECT.hex()}",
    "blobs": f"POST {BASE}/blobs",
    "heads": f"GET {BASE}/heads?and={SECOND_LOG.hex()}",
    "found": f"POST /v1/accounts/{LOG.hex()}/founding",
    "socket": f"GET {BASE}/socket",
    "register": f"POST /v1/accounts/{LOG.hex()}/registration",
    "replace": f"POST /v1/accounts/{LOG.hex()}/credential",
    "credential": f"GET /v1/accounts/{LOG.hex()}/credential",
    "signin": f"POST /v1/accounts/{LOG.hex()}/login",
    "admit": f"POST /v1/accounts/{LOG.hex()}/device",
    "recover": f"POST /v1/accounts/{LOG.hex()}/recovery",
}

# --- Sections 4 and 5: bodies -----------------------------------------------------------------------------------------

COMMIT = bytes([1, 2, 3])
BLOBS = [bytes_(b"\xaa\xbb"), bytes_(b"")]


def append(commit, blobs):
    return bytes_(commit) + list_(blobs)


def wanted(object_, part, revision):
    return object_ + bytes([part]) + uint(revision)


ATTEMPT = bytes(range(0xE0, 0xF0))
PROOF = ATTEMPT + b"\x22" * 64
DEVICE_ID = bytes(range(0x40, 0x50))
SIGNING = b"\x26" * 32
SESSION = b"\x27" * 64
TAG = hmac.new(SESSION, lp(b"tacit/v1/enrolment") + LOG + ATTEMPT + DEVICE_ID + SIGNING, hashlib.sha256).digest()[:16]
ADMITTED = DEVICE_ID + SIGNING + TAG
RECOVERED = DEVICE_ID + SIGNING + struct.pack("<Q", 1764280000000)
RECOVERY_SEED = b"\x45" * 32
RECOVERY_SIGNED = lp(b"tacit/v1/recovery") + lp(b"https://relay.example") + LOG + RECOVERED

BODIES = {
    "append.empty": append(COMMIT, []),
    "append.two": append(COMMIT, BLOBS),
    # Lengths of two bytes.
    "append.long": append(b"\x07" * 300, [bytes_(b"\x09" * 130)]),
    "wanted.one": list_([wanted(OBJECT, 0, 1)]),
    "wanted.two": list_([wanted(OBJECT, 0, 1), wanted(OTHER, 1, 300)]),
    # Section 9.
    "founding": b"\x28" * 16 + append(COMMIT, BLOBS),
    "registering.first": b"\x21" * 32 + b"\x00",
    "registering.next": b"\x21" * 32 + b"\x01" + PROOF,
    "credential": ATTEMPT + b"\x23" * 192 + bytes_(b"\x24" * 105) + bytes_(b"\x25" * 200) + append(COMMIT, BLOBS),
    "admission": PROOF + ADMITTED,
    "recovery": RECOVERED + sign(RECOVERY_SEED, RECOVERY_SIGNED),
}

# --- Section 7: answers -----------------------------------------------------------------------------------------------


def head(seq):
    return uint(seq) + b"\xcc" * 32


def bundle(commit, blobs):
    return bytes_(commit) + list_(blobs)


def answer(number, fields=b""):
    return uint(number) + fields


ANSWERS = {
    "appended": answer(0, head(5)),
    "appended.far": answer(0, head(2**63 - 1)),
    "pulled.empty": answer(1, head(5) + list_([])),
    "pulled": answer(1, head(300) + list_([bundle(COMMIT, BLOBS), bundle(b"\x04", [])])),
    "chain": answer(2, head(300) + list_([bytes_(COMMIT), bytes_(b"\x04")])),
    "current.last": answer(3, head(5) + b"\x01" + OBJECT + list_(BLOBS)),
    "current.end": answer(3, head(5) + b"\x00" + list_([])),
    "blobs": answer(4, list_(BLOBS)),
    "stale": answer(16, head(5)),
    "clock": answer(17, uint(1764280000000)),
    "notfound": answer(18),
    "wrongmethod": answer(19),
    "malformed": answer(20),
    "toolarge": answer(21),
    "refused": answer(22, uint(3) + uint(1999)),
    "needsupdate": answer(23),
    "failed": answer(24),
    "registering": answer(5, ATTEMPT + b"\x31" * 64),
    "challenge": answer(6, ATTEMPT + b"\x32" * 320),
    "admitted": answer(7),
    "credential": answer(8, uint(300) + bytes_(b"\x33" * 105) + bytes_(b"\x34" * 200)),
    "heads": answer(9, H("heads", struct.pack("<Q", 5) + b"\xcc" * 32 + struct.pack("<Q", 300) + b"\xcc" * 32)),
    "expired": answer(25),
    "limited": answer(26, uint(1764280000000)),
    "inviteneeded": answer(27),
    "inviterefused": answer(28),
    "full": answer(29, uint(2)),
}

# --- Sections 11 and 12 -----------------------------------------------------------------------------------------------

CODE = bytes(range(0xC0, 0xD0))
INVITE = H("invite", CODE)
ADMIN = "/v1/admin"
ADMIN_ROUTES = {
    "accounts": f"GET {ADMIN}/accounts",
    "accounts.after": f"GET {ADMIN}/accounts?after={LOG.hex()}",
    "account": f"GET {ADMIN}/accounts/{LOG.hex()}",
    "quota": f"POST {ADMIN}/accounts/{LOG.hex()}/quota",
    "erasure": f"POST {ADMIN}/accounts/{LOG.hex()}/erasure",
    "invites": f"GET {ADMIN}/invites",
    "invite": f"POST {ADMIN}/invites",
    "revocation": f"POST {ADMIN}/invites/{INVITE.hex()}/revocation",
}
QUOTA = uint(1 << 30) + uint(1_000_000) + uint(16)
INVITATION = INVITE + uint(3) + uint(1764280000000)
ADMINISTRATION = {
    "invite": INVITE,
    "quota": QUOTA,
    "invitation": INVITATION,
    "done": answer(32),
    "accounts": answer(33, list_([LOG + uint(1764280000000)]) + b"\x01"),
    "account": answer(34, uint(1764280000000) + QUOTA + list_([LOG + uint(300) + uint(2)])),
    "invites": answer(35, list_([INVITATION])),
}

# --- Section 2: proofs ------------------------------------------------------------------------------------------------

SEED = b"\x44" * 32
METHOD, TARGET = ROUTES["append"].split(" ")
CLAIMS = b"\x11" * 16 + b"\x22" * 16 + struct.pack("<Q", 1764280000000) + b"\x33" * 16
SIGNED = (
    lp(b"tacit/v1/request")
    + lp(b"https://relay.example")
    + lp(METHOD.encode())
    + lp(TARGET.encode())
    + H("request-body", BODIES["append.two"])
    + CLAIMS
)
PLAIN = CLAIMS + sign(SEED, SIGNED)
INTRODUCTION = public(SEED) + b"\x55" * 32 + struct.pack("<I", 1) + b"\x66" * 64
PROOFS = {"recovery.signed": RECOVERY_SIGNED, "recovery.key": public(RECOVERY_SEED), "signed": SIGNED, "key": public(SEED), "plain": PLAIN, "introduced": PLAIN + INTRODUCTION}

METHOD, TARGET = ADMIN_ROUTES["invite"].split(" ")
CLAIMS = struct.pack("<Q", 1764280000000) + b"\x33" * 16
ADMIN_SIGNED = (
    lp(b"tacit/v1/admin-request")
    + lp(b"https://relay.example")
    + lp(METHOD.encode())
    + lp(TARGET.encode())
    + H("request-body", INVITATION)
    + CLAIMS
)
ADMIN_PROOF = CLAIMS + sign(SEED, ADMIN_SIGNED)

# --- Section 14: frames -----------------------------------------------------------------------------------------------

DRAWN = bytes(range(0x60, 0x80))
ORIGIN = lp(b"https://relay.example")
SENDER = b"\x11" * 16 + b"\x22" * 16
PROVEN = lp(b"tacit/v1/socket") + ORIGIN + LOG + SENDER + DRAWN
NOW = struct.pack("<Q", 1764280000000)
LOCKING = lp(b"tacit/v1/lock") + ORIGIN + SENDER + NOW
LOCK = SENDER + NOW + sign(SEED, LOCKING)
SIGNED_FRAMES = {"proof": PROVEN, "lock": LOCKING}
RELAY_FRAMES = {
    "challenge": uint(0) + DRAWN,
    "head": uint(1) + head(300),
    "commit": uint(2) + bundle(COMMIT, BLOBS),
    "lock": uint(3) + LOCK,
}
PROVING = uint(0) + SENDER + sign(SEED, PROVEN)
CLIENT_FRAMES = {"proof": PROVING, "introduced": PROVING + INTRODUCTION, "lock": uint(1) + LOCK}

for name, text in ROUTES.items():
    print(f"route.{name} {text}")
for name, body in BODIES.items():
    print(f"{name} {body.hex()}")
for name, body in ANSWERS.items():
    print(f"answer.{name} {body.hex()}")
for name, data in PROOFS.items():
    print(f"proof.{name} {data.hex()}")
for name, text in ADMIN_ROUTES.items():
    print(f"admin.route.{name} {text}")
for name, data in ADMINISTRATION.items():
    print(f"admin.{name} {data.hex()}")
print(f"admin.signed {ADMIN_SIGNED.hex()}")
print(f"admin.header Tacit-Admin {ADMIN_PROOF.hex()}")
for name, data in SIGNED_FRAMES.items():
    print(f"signed.{name} {data.hex()}")
for name, frame in RELAY_FRAMES.items():
    print(f"relay.{name} {frame.hex()}")
for name, frame in CLIENT_FRAMES.items():
    print(f"client.{name} {frame.hex()}")
print(f"header.plain Tacit {PLAIN.hex()}")
