"""Names and numbers of TLS: the IANA suite registry (to RFC 9847, GOST left out), groups, and the Diffie-Hellman primes.

The suites are written as the registry grew: most blocks repeat the same key exchanges over another cipher, so a block is a first number,
the exchanges and the ciphers. The primes are computed from their definitions in RFC 2409, 3526 and 7919 and not typed off.
"""
import functools

_SIX = ["RSA", "DH_DSS", "DH_RSA", "DHE_DSS", "DHE_RSA", "DH_anon"]
_SINGLE = """
0000 NULL_WITH_NULL_NULL
0001 RSA_WITH_NULL_MD5
0002 RSA_WITH_NULL_SHA
0003 RSA_EXPORT_WITH_RC4_40_MD5
0004 RSA_WITH_RC4_128_MD5
0005 RSA_WITH_RC4_128_SHA
0006 RSA_EXPORT_WITH_RC2_CBC_40_MD5
0007 RSA_WITH_IDEA_CBC_SHA
0008 RSA_EXPORT_WITH_DES40_CBC_SHA
0009 RSA_WITH_DES_CBC_SHA
000A RSA_WITH_3DES_EDE_CBC_SHA
0017 DH_anon_EXPORT_WITH_RC4_40_MD5
0018 DH_anon_WITH_RC4_128_MD5
0019 DH_anon_EXPORT_WITH_DES40_CBC_SHA
001A DH_anon_WITH_DES_CBC_SHA
001B DH_anon_WITH_3DES_EDE_CBC_SHA
001E KRB5_WITH_DES_CBC_SHA
001F KRB5_WITH_3DES_EDE_CBC_SHA
0020 KRB5_WITH_RC4_128_SHA
0021 KRB5_WITH_IDEA_CBC_SHA
0022 KRB5_WITH_DES_CBC_MD5
0023 KRB5_WITH_3DES_EDE_CBC_MD5
0024 KRB5_WITH_RC4_128_MD5
0025 KRB5_WITH_IDEA_CBC_MD5
0026 KRB5_EXPORT_WITH_DES_CBC_40_SHA
0027 KRB5_EXPORT_WITH_RC2_CBC_40_SHA
0028 KRB5_EXPORT_WITH_RC4_40_SHA
0029 KRB5_EXPORT_WITH_DES_CBC_40_MD5
002A KRB5_EXPORT_WITH_RC2_CBC_40_MD5
002B KRB5_EXPORT_WITH_RC4_40_MD5
002C PSK_WITH_NULL_SHA
002D DHE_PSK_WITH_NULL_SHA
002E RSA_PSK_WITH_NULL_SHA
003B RSA_WITH_NULL_SHA256
003C RSA_WITH_AES_128_CBC_SHA256
003D RSA_WITH_AES_256_CBC_SHA256
003E DH_DSS_WITH_AES_128_CBC_SHA256
003F DH_RSA_WITH_AES_128_CBC_SHA256
0040 DHE_DSS_WITH_AES_128_CBC_SHA256
0060 RSA_EXPORT1024_WITH_RC4_56_MD5
0061 RSA_EXPORT1024_WITH_RC2_CBC_56_MD5
0062 RSA_EXPORT1024_WITH_DES_CBC_SHA
0063 DHE_DSS_EXPORT1024_WITH_DES_CBC_SHA
0064 RSA_EXPORT1024_WITH_RC4_56_SHA
0065 DHE_DSS_EXPORT1024_WITH_RC4_56_SHA
0066 DHE_DSS_WITH_RC4_128_SHA
0067 DHE_RSA_WITH_AES_128_CBC_SHA256
0068 DH_DSS_WITH_AES_256_CBC_SHA256
0069 DH_RSA_WITH_AES_256_CBC_SHA256
006A DHE_DSS_WITH_AES_256_CBC_SHA256
006B DHE_RSA_WITH_AES_256_CBC_SHA256
006C DH_anon_WITH_AES_128_CBC_SHA256
006D DH_anon_WITH_AES_256_CBC_SHA256
1301 AES_128_GCM_SHA256
1302 AES_256_GCM_SHA384
1303 CHACHA20_POLY1305_SHA256
1304 AES_128_CCM_SHA256
1305 AES_128_CCM_8_SHA256
C0AA PSK_DHE_WITH_AES_128_CCM_8
C0AB PSK_DHE_WITH_AES_256_CCM_8
C0B4 SHA256_SHA256
C0B5 SHA384_SHA384
D001 ECDHE_PSK_WITH_AES_128_GCM_SHA256
D002 ECDHE_PSK_WITH_AES_256_GCM_SHA384
D003 ECDHE_PSK_WITH_AES_128_CCM_8_SHA256
D005 ECDHE_PSK_WITH_AES_128_CCM_SHA256
"""

_OLD_CBC = ["EXPORT_WITH_DES40_CBC_SHA", "WITH_DES_CBC_SHA", "WITH_3DES_EDE_CBC_SHA"]
_GCM = ["WITH_AES_128_GCM_SHA256", "WITH_AES_256_GCM_SHA384"]
_CBC_SHA2 = ["WITH_AES_128_CBC_SHA256", "WITH_AES_256_CBC_SHA384"]
_ARIA_CBC = ["WITH_ARIA_128_CBC_SHA256", "WITH_ARIA_256_CBC_SHA384"]
_ARIA_GCM = ["WITH_ARIA_128_GCM_SHA256", "WITH_ARIA_256_GCM_SHA384"]
_CAMELLIA_CBC = ["WITH_CAMELLIA_128_CBC_SHA256", "WITH_CAMELLIA_256_CBC_SHA384"]
_CAMELLIA_GCM = ["WITH_CAMELLIA_128_GCM_SHA256", "WITH_CAMELLIA_256_GCM_SHA384"]
_ELLIPTIC_OLD = ["WITH_NULL_SHA", "WITH_RC4_128_SHA", "WITH_3DES_EDE_CBC_SHA", "WITH_AES_128_CBC_SHA", "WITH_AES_256_CBC_SHA"]
_PSK = ["PSK", "DHE_PSK", "RSA_PSK"]
_BLOCKS = [
    (0x000B, ["DH_DSS", "DH_RSA", "DHE_DSS", "DHE_RSA"], _OLD_CBC),
    (0x002F, _SIX, ["WITH_AES_128_CBC_SHA"]),
    (0x0035, _SIX, ["WITH_AES_256_CBC_SHA"]),
    (0x0041, _SIX, ["WITH_CAMELLIA_128_CBC_SHA"]),
    (0x0084, _SIX, ["WITH_CAMELLIA_256_CBC_SHA"]),
    (0x008A, _PSK, ["WITH_RC4_128_SHA", "WITH_3DES_EDE_CBC_SHA", "WITH_AES_128_CBC_SHA", "WITH_AES_256_CBC_SHA"]),
    (0x0096, _SIX, ["WITH_SEED_CBC_SHA"]),
    (0x009C, ["RSA", "DHE_RSA", "DH_RSA", "DHE_DSS", "DH_DSS", "DH_anon", "PSK", "DHE_PSK", "RSA_PSK"], _GCM),
    (0x00AE, _PSK, _CBC_SHA2 + ["WITH_NULL_SHA256", "WITH_NULL_SHA384"]),
    (0x00BA, _SIX, ["WITH_CAMELLIA_128_CBC_SHA256"]),
    (0x00C0, _SIX, ["WITH_CAMELLIA_256_CBC_SHA256"]),
    (0xC001, ["ECDH_ECDSA", "ECDHE_ECDSA", "ECDH_RSA", "ECDHE_RSA", "ECDH_anon"], _ELLIPTIC_OLD),
    (0xC023, ["ECDHE_ECDSA", "ECDH_ECDSA", "ECDHE_RSA", "ECDH_RSA"], _CBC_SHA2),
    (0xC02B, ["ECDHE_ECDSA", "ECDH_ECDSA", "ECDHE_RSA", "ECDH_RSA"], _GCM),
    (0xC033, ["ECDHE_PSK"], _ELLIPTIC_OLD[1:] + _CBC_SHA2 + ["WITH_NULL_SHA", "WITH_NULL_SHA256", "WITH_NULL_SHA384"]),
    (0xC03C, _SIX + ["ECDHE_ECDSA", "ECDH_ECDSA", "ECDHE_RSA", "ECDH_RSA"], _ARIA_CBC),
    (0xC050, ["RSA", "DHE_RSA", "DH_RSA", "DHE_DSS", "DH_DSS", "DH_anon", "ECDHE_ECDSA", "ECDH_ECDSA", "ECDHE_RSA", "ECDH_RSA"], _ARIA_GCM),
    (0xC064, _PSK, _ARIA_CBC),
    (0xC06A, _PSK, _ARIA_GCM),
    (0xC070, ["ECDHE_PSK"], _ARIA_CBC),
    (0xC072, ["ECDHE_ECDSA", "ECDH_ECDSA", "ECDHE_RSA", "ECDH_RSA"], _CAMELLIA_CBC),
    (0xC07A, ["RSA", "DHE_RSA", "DH_RSA", "DHE_DSS", "DH_DSS", "DH_anon", "ECDHE_ECDSA", "ECDH_ECDSA", "ECDHE_RSA", "ECDH_RSA"] + _PSK, _CAMELLIA_GCM),
    (0xC094, _PSK + ["ECDHE_PSK"], _CAMELLIA_CBC),
    (0xC09C, ["RSA", "DHE_RSA"], ["WITH_AES_128_CCM", "WITH_AES_256_CCM"]),
    (0xC0A0, ["RSA", "DHE_RSA"], ["WITH_AES_128_CCM_8", "WITH_AES_256_CCM_8"]),
    (0xC0A4, ["PSK", "DHE_PSK"], ["WITH_AES_128_CCM", "WITH_AES_256_CCM"]),
    (0xC0A8, ["PSK"], ["WITH_AES_128_CCM_8", "WITH_AES_256_CCM_8"]),
    (0xC0AC, ["ECDHE_ECDSA"], ["WITH_AES_128_CCM", "WITH_AES_256_CCM", "WITH_AES_128_CCM_8", "WITH_AES_256_CCM_8"]),
    (0xCCA8, ["ECDHE_RSA", "ECDHE_ECDSA", "DHE_RSA", "PSK", "ECDHE_PSK", "DHE_PSK", "RSA_PSK"], ["WITH_CHACHA20_POLY1305_SHA256"]),
]


def _registry():
    names = {}
    for line in _SINGLE.split("\n"):
        if line:
            number, name = line.split()
            names[int(number, 16)] = "TLS_" + name
    for first, exchanges, ciphers in _BLOCKS:
        number = first
        for exchange in exchanges:
            for cipher in ciphers:
                names[number] = f"TLS_{exchange}_{cipher}"
                number += 1
    # SRP alone counts the exchanges within a cipher.
    number = 0xC01A
    for cipher in ("3DES_EDE_CBC", "AES_128_CBC", "AES_256_CBC"):
        for exchange in ("SRP_SHA", "SRP_SHA_RSA", "SRP_SHA_DSS"):
            names[number] = f"TLS_{exchange}_WITH_{cipher}_SHA"
            number += 1
    return names


NAMES = _registry()
NUMBERS = {name: number for number, name in NAMES.items()}


def suite_number(text):
    """The number of a suite given by IANA name or hex id; ValueError when it is neither."""
    if text in NUMBERS:
        return NUMBERS[text]
    digits = text.lower().removeprefix("0x").replace(",0x", "")
    if len(digits) != 4:
        raise ValueError(f"{text!r} is neither a suite name nor a hex id of four digits")
    return int(digits, 16)


def exchange_of(number):
    """The key exchange of a suite, such as ECDHE_RSA; RSA for numbers nobody registered."""
    name = NAMES.get(number, "TLS_RSA_WITH_UNKNOWN")
    return name.removeprefix("TLS_").split("_WITH_")[0] if "_WITH_" in name else "TLS13"


def is_cbc(number):
    return "_CBC_" in NAMES.get(number, "")


# Groups: number and octets of a server's share (an uncompressed point, a field element, or a hybrid of both).
GROUPS = {
    "sect163k1": (1, 43), "sect163r1": (2, 43), "sect163r2": (3, 43), "sect193r1": (4, 51), "sect193r2": (5, 51), "sect233k1": (6, 61),
    "sect233r1": (7, 61), "sect239k1": (8, 61), "sect283k1": (9, 73), "sect283r1": (10, 73), "sect409k1": (11, 105), "sect409r1": (12, 105),
    "sect571k1": (13, 145), "sect571r1": (14, 145), "secp160k1": (15, 41), "secp160r1": (16, 41), "secp160r2": (17, 41), "secp192k1": (18, 49),
    "secp192r1": (19, 49), "secp224k1": (20, 57), "secp224r1": (21, 57), "secp256k1": (22, 65), "secp256r1": (23, 65), "secp384r1": (24, 97),
    "secp521r1": (25, 133), "brainpoolP256r1": (26, 65), "brainpoolP384r1": (27, 97), "brainpoolP512r1": (28, 129), "x25519": (29, 32),
    "x448": (30, 56), "brainpoolP256r1tls13": (31, 65), "brainpoolP384r1tls13": (32, 97), "brainpoolP512r1tls13": (33, 129),
    "ffdhe2048": (256, 256), "ffdhe3072": (257, 384), "ffdhe4096": (258, 512), "ffdhe6144": (259, 768), "ffdhe8192": (260, 1024),
    "SecP256r1MLKEM768": (4587, 1153), "X25519MLKEM768": (4588, 1120), "SecP384r1MLKEM1024": (4589, 1665),
}  # fmt: skip
SHARE_OCTETS = dict(GROUPS.values())


def group_number(given):
    if isinstance(given, int):
        return given
    if given in GROUPS:
        return GROUPS[given][0]
    raise ValueError(f"there is no group {given!r}")


# Primes

# The 512 and 1024 bit primes that Apache's mod_ssl carried for years, the most common ones found by the Logjam authors (CVE-2015-4000).
_APACHE = {
    512: "9fdb8b8a004544f0045f1737d0ba2e0b274cdf1a9f588218fb435316a16e374171fd19d8d8f37c39bf863fd60e3e300680a3030c6e4c3757d08f70e6aa871033",
    1024: "d67de440cbbbdc1936d693d34afd0ad50c84d239a45f520bb88174cb98bce951849f912e639c72fb13b4b4d7177e16d55ac179ba420b2a29fe324a467a635e81"
    "ff5901377beddcfd33168a461aad3b72dae8860078045b07a7dbca7874087d1510ea9fcc9ddd330507dd62db88aeaa747de0f4d6e2bd68b0e7393e0f24218eb3",
}
_OAKLEY = {768: 149686, 1024: 129093, 1536: 741804, 2048: 124476, 3072: 1690314, 4096: 240904}
_FFDHE = {2048: 560316, 3072: 2625351, 4096: 5736041}


def _pi_scaled(bits):
    """floor(2^bits * pi), by Machin's formula with spare bits."""
    scale = 1 << (bits + 64)

    def arctangent_of_inverse(x):
        total = term = scale // x
        divisor, sign = 3, -1
        while term:
            term //= x * x
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    return (16 * arctangent_of_inverse(5) - 4 * arctangent_of_inverse(239)) >> 64


def _e_scaled(bits):
    scale = 1 << (bits + 64)
    total = term = scale
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    return total >> 64


@functools.cache
def prime(kind, bits):
    """The prime (or composite) of ServerKeyExchange. ValueError when there is none of that kind and size."""
    if kind == "common":
        if bits in _APACHE:
            return int(_APACHE[bits], 16)
        kind = "oakley"
    if kind == "oakley" and bits in _OAKLEY:
        return 2**bits - 2 ** (bits - 64) - 1 + 2**64 * (_pi_scaled(bits - 130) + _OAKLEY[bits])
    if kind == "rfc7919" and bits in _FFDHE:
        return 2**bits - 2 ** (bits - 64) + 2**64 * (_e_scaled(bits - 130) + _FFDHE[bits]) - 1
    if kind == "composite":
        # Odd, exactly the size asked for, and divisible by 3, 5 and 7.
        number = 2**bits - 2 ** (bits - 64) - 1
        while number % 105 or number % 2 == 0:
            number -= 1
        return number
    raise ValueError(f"there is no {kind} prime of {bits} bits")


def is_probably_prime(number):
    """Miller-Rabin with fixed bases; enough to notice a wrong digit."""
    if number < 50:
        return number in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47)
    if number % 2 == 0:
        return False
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    for base in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29):
        x = pow(base, odd, number)
        if x in (1, number - 1):
            continue
        for _ in range(twos - 1):
            x = x * x % number
            if x == number - 1:
                break
        else:
            return False
    return True


# Points on the curves that a checking client could refuse: P-256, P-384 and P-521 (their primes are 3 modulo 4, so roots are one power).
_CURVES = {
    23: (2**256 - 2**224 + 2**192 + 2**96 - 1, "5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
    24: (2**384 - 2**128 - 2**96 + 2**32 - 1,
         "b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"),
    25: (2**521 - 1,
         "0051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00"),
}  # fmt: skip


def share(group, random_bytes):
    """A server's public value of a group; the number of random bytes asked for is the caller's source of chance."""
    octets = SHARE_OCTETS.get(group, 65)
    if group in _CURVES:
        p, b = _CURVES[group][0], int(_CURVES[group][1], 16)
        size = (p.bit_length() + 7) // 8
        x = int.from_bytes(random_bytes(size), "big") % p
        while True:
            square = (x * x * x - 3 * x + b) % p
            y = pow(square, (p + 1) // 4, p)
            if y * y % p == square:
                return b"\x04" + x.to_bytes(size, "big") + y.to_bytes(size, "big")
            x = (x + 1) % p
    if group == 4587:
        return share(23, random_bytes) + random_bytes(1088)
    if group == 4589:
        return share(24, random_bytes) + random_bytes(1568)
    value = random_bytes(octets)
    if group < 29 or group in (31, 32, 33):
        return b"\x04" + value[1:]
    if 256 <= group <= 260:
        return b"\x00" + value[1:-1] + bytes([value[-1] | 1])
    return value
