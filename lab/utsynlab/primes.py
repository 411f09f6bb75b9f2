"""Diffie-Hellman groups, computed from their definitions (RFC 2409, RFC 3526, RFC 7919).

The primes are 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * c) + k) with c = pi or e.
"""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.hazmat.primitives.serialization import Encoding, ParameterFormat


def scaled_pi(bits: int) -> int:
    """floor(2^bits * pi), by Machin's formula with guard bits."""
    one = 1 << (bits + 64)

    def arctan_inverse(x: int) -> int:
        total = term = one // x
        divisor, sign = 3, -1
        while term:
            term //= x * x
            total += sign * (term // divisor)
            divisor, sign = divisor + 2, -sign
        return total

    return (16 * arctan_inverse(5) - 4 * arctan_inverse(239)) >> 64


def scaled_e(bits: int) -> int:
    total = term = 1 << (bits + 64)
    divisor = 1
    while term:
        term //= divisor
        total += term
        divisor += 1
    return total >> 64


def prime(bits: int, constant: int, offset: int) -> int:
    return 2**bits - 2**(bits - 64) - 1 + 2**64 * (constant + offset)


def group(name: str) -> int:
    if name.startswith("oakley"):
        bits = int(name.removeprefix("oakley"))
        return prime(bits, scaled_pi(bits - 130), {1024: 129093, 2048: 124476}[bits])
    bits = int(name.removeprefix("ffdhe"))
    return prime(bits, scaled_e(bits - 130), {2048: 560316, 3072: 2625351}[bits])


def pem(name: str) -> bytes:
    parameters = dh.DHParameterNumbers(group(name), 2).parameters()
    return parameters.parameter_bytes(Encoding.PEM, ParameterFormat.PKCS3)
