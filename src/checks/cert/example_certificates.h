// Certificates for examples, made once: www.example.no as judged on 2026-11-20. The names say what is
// special. Each is data/example-certificates/NAME.pem, carried inside the program.
#pragma once

#include <string>
#include <vector>

#include "checks/examples.h"
#include "checks/tls/reading.h"

namespace utsyn::checks::example_certificates {

// clang-format off
extern const char* const root;  // signed itself
extern const char* const intermediate;  // by the root, 2024 to 2034
extern const char* const intermediate_expired;  // the same name and key, over since 2026-11-01
extern const char* const intermediate_future;  // the same name and key, from 2026-12-01
extern const char* const intermediate_sha1;  // the same name and key, signed with SHA-1
extern const char* const unrelated_sha1;  // on no path, signed with SHA-1
extern const char* const leaf;  // the ordinary one: www.example.no, P-256, 2026-10-15 to 2027-01-12, 90 days
extern const char* const leaf_199_days;  // the same for 199 days, to 2027-05-01
extern const char* const leaf_400_days;  // the same for 400 days
extern const char* const leaf_six_days;  // six days, no way to revoke it
extern const char* const leaf_no_pointer;  // no address of revocation lists or OCSP
extern const char* const leaf_crl_only;  // revocation lists only
extern const char* const leaf_must_staple;  // TLS feature status_request
extern const char* const leaf_wildcard;  // *.example.no
extern const char* const leaf_wildcard_suffix;  // a wildcard directly under a public suffix
extern const char* const leaf_other_name;  // another name
extern const char* const leaf_common_name_only;  // no subjectAltName at all
extern const char* const leaf_many_names;  // 121 names
extern const char* const leaf_internal_name;  // also a name and an address of an inner network
extern const char* const self_signed;  // its own issuer
extern const char* const self_issued;  // subject and issuer are alike, the key is another
extern const char* const leaf_ca;  // may issue certificates
extern const char* const leaf_no_eku;  // no extended key usage
extern const char* const leaf_sha1;  // signed with SHA-1
extern const char* const leaf_sha224;  // signed with SHA-224
extern const char* const leaf_two_algorithms;  // names SHA-256 inside and SHA-384 beside the signature
extern const char* const leaf_negative_serial;  // a serial number below zero
extern const char* const leaf_unknown_critical;  // a critical extension that nobody knows
extern const char* const rsa_1024;  // RSA of 1024 bits
extern const char* const rsa_2048;  // RSA of 2048 bits
extern const char* const rsa_3072;  // RSA of 3072 bits
extern const char* const rsa_9216;  // RSA of 9216 bits
extern const char* const rsa_exponent_3;  // RSA with exponent 3
extern const char* const rsa_small_factor;  // a modulus divisible by 7919
extern const char* const rsa_expired;  // RSA, over since 2026-10-30
extern const char* const rsa_close_primes;  // the product of two neighbouring primes
extern const char* const rsa_roca;  // the fingerprint of CVE-2017-15361
extern const char* const ec_p224;  // curve p224
extern const char* const ec_p192;  // curve p192
extern const char* const ec_p384;  // curve p384
extern const char* const ec_brainpool256;  // curve brainpool256
extern const char* const ec_secp256k1;  // curve secp256k1
extern const char* const ed25519;  // Ed25519
extern const char* const ec_explicit;  // curve parameters written out
extern const char* const by_symantec;  // the issuer bears the name of a distrusted CA
extern const char* const by_digicert_geotrust;  // an old brand name under a CA in good standing
extern const char* const by_entrust;  // issued 2026-10-15 under a hierarchy that closed in 2024
extern const char* const by_entrust_reseller;  // the brand of a distrusted CA, under the root of another
extern const char* const by_entrust_early;  // the same hierarchy before it closed
extern const char* const leaf_client_only;  // for clients only
extern const char* const leaf_may_not_sign;  // a key for key agreement only
extern const char* const version_1;  // version 1, signed itself
extern const char* const rsa_even_exponent;  // RSA with exponent 65536
extern const char* const rsa_16400;  // RSA of 16400 bits
extern const char* const leaf_unknown_algorithm;  // signed by an algorithm that has no name
// clang-format on

// An endpoint that sends these certificates, leaf first, with a path to a public root.
TlsEndpoint serving(const std::vector<std::string>& pem);
// The same where no path was found.
TlsEndpoint untrusted(const std::vector<std::string>& pem, std::string error, int depth = 0);
// ... and where the path leads to a root that the operator added.
TlsEndpoint private_ca(const std::vector<std::string>& pem);
// The leaf and its intermediate.
TlsEndpoint serving_leaf(const char* pem);
Evidence site(const char* leaf);
// The ordinary endpoint where no certificate was seen.
TlsEndpoint without_chain(Unseen why = Unseen::timed_out);
// Adds what a client that takes only such signatures is given: "rsa" or "ecdsa".
TlsEndpoint also(TlsEndpoint endpoint, std::string when, const std::vector<std::string>& pem);

}  // namespace utsyn::checks::example_certificates
