"""Makes v1.json from FORMAT.md alone, without a line of the Rust code. Needs `pip install argon2-cffi`; everything else is below.

Usage: python3 make.py > v1.json
The output is frozen: it changes only before the first release, together with FORMAT.md.
"""

import hashlib
import hmac
import json
import struct

from argon2.low_level import Type, hash_secret_raw


def u8(x): return struct.pack("<B", x)
def u16(x): return struct.pack("<H", x)
def u32(x): return struct.pack("<I", x)
def u64(x): return struct.pack("<Q", x)
def lp(x): return u16(len(x)) + x


# ChaCha20, HChaCha20, Poly1305: RFC 8439 and draft-irtf-cfrg-xchacha

def rounds(state):
    def quarter(a, b, c, d):
        for x, y, z, n in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            state[x] = (state[x] + state[y]) & 0xFFFFFFFF
            mixed = state[z] ^ state[x]
            state[z] = (mixed << n | mixed >> (32 - n)) & 0xFFFFFFFF

    for _ in range(10):
        for i in range(4):
            quarter(i, 4 + i, 8 + i, 12 + i)
        for i in range(4):
            quarter(i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)


def state_of(key, last):
    return list(struct.unpack("<16I", b"expand 32-byte k" + key + last))


def block(key, counter, nonce):
    start = state_of(key, u32(counter) + nonce)
    state = list(start)
    rounds(state)
    return struct.pack("<16I", *((a + b) & 0xFFFFFFFF for a, b in zip(state, start)))


def hchacha(key, nonce):
    state = state_of(key, nonce)
    rounds(state)
    return struct.pack("<8I", *(state[:4] + state[12:]))


def poly1305(key, message):
    r = int.from_bytes(key[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    total = 0
    for at in range(0, len(message), 16):
        total = (total + int.from_bytes(message[at:at + 16] + b"\1", "little")) * r % (2**130 - 5)
    return ((total + int.from_bytes(key[16:], "little")) % 2**128).to_bytes(16, "little")


def padded16(x): return x + bytes(-len(x) % 16)


def aead(key, nonce, aad, plain):
    subkey, last = hchacha(key, nonce[:16]), bytes(4) + nonce[16:]
    stream = b"".join(block(subkey, 1 + at, last) for at in range(-(-len(plain) // 64)))
    text = bytes(a ^ b for a, b in zip(plain, stream))
    mac = padded16(aad) + padded16(text) + u64(len(aad)) + u64(len(text))
    return text + poly1305(block(subkey, 0, last)[:32], mac)


# Ed25519: RFC 8032

P, ORDER = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P


def add(one, two):
    (x1, y1), (x2, y2) = one, two
    product = D * x1 * x2 * y1 * y2
    return ((x1 * y2 + x2 * y1) * pow(1 + product, P - 2, P) % P,
            (y1 * y2 + x1 * x2) * pow(1 - product, P - 2, P) % P)


def times(n, point):
    total = (0, 1)
    while n:
        if n & 1:
            total = add(total, point)
        point, n = add(point, point), n >> 1
    return total


def base_point():
    y = 4 * pow(5, P - 2, P) % P
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    return (x if x % 2 == 0 else P - x, y)


BASE = base_point()


def encoded(point): return (point[1] | (point[0] & 1) << 255).to_bytes(32, "little")


def ed25519(seed, message):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (2**254 - 8) | 2**254
    public = encoded(times(scalar, BASE))
    nonce = int.from_bytes(hashlib.sha512(digest[32:] + message).digest(), "little") % ORDER
    point = encoded(times(nonce, BASE))
    challenge = int.from_bytes(hashlib.sha512(point + public + message).digest(), "little") % ORDER
    return public, point + ((nonce + challenge * scalar) % ORDER).to_bytes(32, "little")


def x25519_base(secret):
    """The public half, through the birational map from Edwards to Montgomery."""
    scalar = int.from_bytes(secret, "little") & (2**254 - 8) | 2**254
    y = times(scalar, BASE)[1]
    return ((1 + y) * pow(1 - y, P - 2, P) % P).to_bytes(32, "little")


# FORMAT.md, section by section

def extract(salt, ikm): return hmac.new(salt, ikm, hashlib.sha512).digest()


def expand(key, label, fixed=b"", variable=(), length=32):
    info = lp(b"tacit/v1/" + label) + fixed + b"".join(lp(v) for v in variable)
    return hmac.new(key, info + b"\1", hashlib.sha512).digest()[:length]


def bucket(length):
    n = length + 1
    if n <= 512:
        return -(-n // 64) * 64
    e = n.bit_length() - 1
    s = e.bit_length()
    step = 1 << (e - s)
    return -(-n // step) * step


def blob(key, nonce, kind, log, obj, part, revision, plain):
    size = bucket(len(plain))
    start = (b"TACB" + u16(1) + u8(kind) + u8(0) + log + obj + u32(part) + u64(revision)
             + expand(key, b"key-id", length=8) + nonce)
    length = u32(size + 16)
    keys = expand(key, b"blob", start + length, length=64)
    header = start + keys[32:] + length
    assert len(header) == 120
    return header + aead(keys[:32], nonce, header, (plain + b"\x80").ljust(size, b"\0"))


def wrap(inner, outer, purpose, nonce, place):
    keys = expand(outer, b"wrap", u8(purpose) + nonce + place, length=64)
    head = u8(1) + u8(purpose) + nonce + keys[32:]
    return head + aead(keys[:32], nonce, head, inner)


def argon2id(passphrase, salt):
    return hash_secret_raw(passphrase, salt, time_cost=3, memory_cost=65536, parallelism=1, hash_len=32, type=Type.ID)


ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def gf32(a, b):
    product = 0
    for bit in range(5):
        if b >> bit & 1:
            product ^= a << bit
    for bit in range(8, 4, -1):
        if product >> bit & 1:
            product ^= 0b100101 << (bit - 5)
    return product


def code(data):
    data += hashlib.sha256(lp(b"tacit/v1/typed") + data).digest()[:3]
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 25)
    values = [int(bits[at:at + 5], 2) for at in range(0, len(bits), 5)]
    groups = []
    for index in range(len(values) // 5):
        group, check, power = values[5 * index:5 * index + 5], index, 1
        for value in group:
            power = gf32(power, 2)
            check ^= gf32(power, value)
        groups.append("".join(ALPHABET[value] for value in group + [check]))
    return "-".join(groups)


def scanned(data):
    data += hashlib.sha256(lp(b"tacit/v1/typed") + data).digest()[:3]
    bits = "".join(f"{byte:08b}" for byte in data)
    bits += "0" * (-len(bits) % 5)
    return "TACIT:" + "".join(ALPHABET[int(bits[at:at + 5], 2)] for at in range(0, len(bits), 5))


# The inputs: each is a run of one byte, as many as the field has; texts are counting bytes.

def run(byte, length): return bytes([byte]) * length


ACCOUNT, DEVICE, LOG, OBJECT, SCOPE, PARENT = (run(byte, 16) for byte in range(0xA1, 0xA7))
KEY, NONCE, DSK, SK, RK = run(0x11, 32), run(0x22, 24), run(0x33, 32), run(0x44, 16), run(0x55, 32)
ARK1, ARK2, SECRET1, SECRET2, PARENT_SECRET = (run(byte, 32) for byte in (0x66, 0x67, 0x77, 0x78, 0x79))
PASSPHRASE, SALT = "pässphrase ①".encode(), run(0x88, 16)


def text(length): return bytes(at % 251 for at in range(length))


def scope_keys(secret, scope, epoch):
    place = LOG + scope + u32(epoch)
    return expand(secret, b"scope-names", place), expand(secret, b"scope-values", place)


def edge(secret_purpose, outer_secret, outer, inner_secret, inner):
    """Two wraps, secret and names; `outer` and `inner` are (scope, epoch)."""
    outer_names, outer_values = scope_keys(outer_secret, *outer)
    inner_names, _ = scope_keys(inner_secret, *inner)
    place = LOG + outer[0] + u32(outer[1]) + inner[0] + u32(inner[1])
    return (wrap(inner_secret, outer_values, secret_purpose, NONCE, place)
            + wrap(inner_names, outer_names, secret_purpose + 1, NONCE, place))


def keychain():
    local = expand(DSK, b"local", ACCOUNT + DEVICE + ACCOUNT)
    plain = (u8(1) + run(0xB1, 32) + run(0xB2, 32) + u32(1) + run(0xB3, 32) + run(0xB4, 32)
             + u32(1) + ARK1 + SK + backup_key())
    return blob(local, NONCE, 0x80, ACCOUNT, DEVICE, 0, 9, plain)


def prk():
    salt = expand(SK, b"kdf-salt", ACCOUNT + u8(1))
    return extract(SK, argon2id(PASSPHRASE, salt))


def backup_key(): return expand(prk(), b"backup-wrap", ACCOUNT)


def vectors():
    names, values = scope_keys(SECRET1, SCOPE, 1)
    part = LOG + SCOPE + u32(1) + OBJECT + u64(7)
    for name, length, which in (("overview-0", 0, 0), ("value-63", 63, 1), ("value-64", 64, 1), ("value-1000", 1000, 1)):
        yield f"blob-{name}", blob(KEY, NONCE, 1, LOG, OBJECT, which, 7, text(length))
    local = expand(DSK, b"local", ACCOUNT + DEVICE + LOG)
    yield "local-tail", blob(local, NONCE, 0x83, LOG, DEVICE, 4, 9, text(200))
    yield "keychain", keychain()

    yield "wrap-overview", wrap(KEY, names, 11, NONCE, part)
    yield "wrap-value", wrap(KEY, values, 12, NONCE, part)
    yield "wrap-edge", edge(7, PARENT_SECRET, (PARENT, 3), SECRET1, (SCOPE, 1))
    yield "wrap-previous", edge(9, SECRET2, (SCOPE, 2), SECRET1, (SCOPE, 1))
    access = expand(ARK1, b"root-access", ACCOUNT + u32(1))
    yield "wrap-access", wrap(SECRET1, access, 6, NONCE, ACCOUNT + LOG + SCOPE + u32(1))
    chain = expand(ARK2, b"root-chain", ACCOUNT + u32(2))
    yield "wrap-root-chain", wrap(ARK1, chain, 5, NONCE, ACCOUNT + u32(1) + u32(2))
    yield "wrap-root-backup", wrap(ARK1, backup_key(), 3, NONCE, ACCOUNT + u32(1))
    recovery = expand(RK, b"recovery-wrap", ACCOUNT)
    yield "wrap-root-recovery", wrap(ARK1, recovery, 4, NONCE, ACCOUNT + u32(1))

    kek = expand(extract(SALT, argon2id(PASSPHRASE, SALT)), b"local-kek", ACCOUNT + DEVICE + u8(1))
    yield "passphrase-wrap", u8(1) + u8(1) + SALT + wrap(DSK, kek, 1, NONCE, ACCOUNT + DEVICE)
    salt, output, credential = run(0x99, 32), run(0x9A, 32), b"credential"
    kek = expand(extract(salt, output), b"passkey-kek", ACCOUNT + DEVICE, [credential])
    yield "passkey-wrap", u8(1) + salt + lp(credential) + wrap(DSK, kek, 2, NONCE, ACCOUNT + DEVICE)
    mixed = extract(expand(prk(), b"remote-mix"), run(0xA1, 64))
    remote = expand(mixed, b"remote-wrap", ACCOUNT + u32(3))
    yield "wrap-root-remote", wrap(ARK1, remote, 13, NONCE, ACCOUNT + u32(1))
    yield "login-secret", expand(prk(), b"auth", ACCOUNT, [b"https://relay.example"])

    device, agreement = ed25519(run(0xB1, 32), b"")[0], x25519_base(run(0xB2, 32))
    yield "device-signing-key", device
    yield "device-agreement-key", agreement
    signed = lp(b"tacit/v1/commit-signature") + run(0xC1, 32)
    yield "commit-signature", ed25519(run(0xB1, 32), signed)[1]
    signed = lp(b"tacit/v1/device") + ACCOUNT + DEVICE + device + agreement + u32(1)
    yield "device-certificate", ed25519(run(0xB3, 32), signed)[1]
    keys = ed25519(run(0xB5, 32), b"")[0] + x25519_base(run(0xB6, 32))
    signed = lp(b"tacit/v1/identity") + ACCOUNT + u32(2) + keys
    yield "identity-certificate", ed25519(run(0xB3, 32), signed)[1]
    yield "recovery-signing-key", ed25519(expand(RK, b"recovery-sign", ACCOUNT), b"")[0]

    yield "setup-code", code(u8(0x11) + u8(1) + ACCOUNT + SK).encode()
    start, keys = u8(0x31) + u8(1) + ACCOUNT + SK, ed25519(run(0xB3, 32), b"")[0] + x25519_base(run(0xB4, 32))
    fingerprint = hashlib.sha256(lp(b"tacit/v1/fingerprint") + u32(1) + keys).digest()[:16]
    places = u64(12) + run(0xC2, 32) + u64(345) + run(0xC3, 32)
    yield "scanned-code", scanned(start).encode()
    yield "scanned-relay-code", scanned(start + run(0xC4, 32) + fingerprint + places + lp(b"https://relay.example")).encode()
    yield "recovery-code", code(u8(0x21) + ACCOUNT + RK).encode()


if __name__ == "__main__":
    shown = {name: value.decode() if name.endswith("-code") else value.hex() for name, value in vectors()}
    print(json.dumps(shown, indent=1))
