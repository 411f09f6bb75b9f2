// Which suites to offer when the question is "would you take one of these?", and what a guideline says of
// each. A rating needs one hello for a class and not one for a suite. The levels follow the TLS guideline of
// the Dutch NCSC; each edition is a version of its own, since a verdict must say by which text it was given.
// The edition of 2025 was compared in November 2026 with the lists of Internet.nl, which follow its appendix
// B (github.com/internetstandards/Internet.nl, checks/tasks/tls/tls_constants.py); of edition 2.1 the
// versions and the suites called good with the NCSC's summary of its changes.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "wire/tls/suites.h"

namespace utsyn::wire {

enum class SuiteClass : std::uint8_t {
  null_cipher,         // nothing is encrypted
  anonymous,           // nobody is authenticated
  export_grade,        // 40 and 56 bits, by old law
  low,                 // single DES, RC2, IDEA, SEED
  rc4,                 // any length of key
  block64,             // 64-bit blocks: Sweet32
  cbc,                 // every CBC suite, of whatever cipher
  no_forward_secrecy,  // static RSA, DH, ECDH, plain PSK, Kerberos
  modern_aead,         // AEAD with (EC)DHE and a certificate
};
inline constexpr int suite_class_count = 9;
std::string_view suite_class_name(SuiteClass kind);

// Does the suite belong to the class? A suite can be in several (anonymous and cbc).
bool in_class(const Suite& suite, SuiteClass kind);
// The suites of a class up to TLS 1.2, in order of id.
std::span<const std::uint16_t> suites_in(SuiteClass kind);

// TLS 1.3 suites, the usual five first.
std::span<const std::uint16_t> tls13_suites();
// Everything a server could accept at `version` (0x0300 to 0x0304), those that real servers have first: the
// first `likely_suites(version)` cover ordinary software, what follows is PSK, SRP, Kerberos, ARIA and other
// rarities.
std::span<const std::uint16_t> suites_for(std::uint16_t version);
std::size_t likely_suites(std::uint16_t version);

enum class GuidelineLevel : std::uint8_t { good, sufficient, phase_out, insufficient };
std::string_view guideline_level_name(GuidelineLevel level);  // "phase-out"

enum class Guideline : std::uint8_t { ncsc_nl_2_1, ncsc_nl_2025 };
inline constexpr Guideline newest_guideline = Guideline::ncsc_nl_2025;
std::string_view guideline_name(Guideline guideline);  // "ncsc-nl-2025-05"

GuidelineLevel suite_level(const Suite& suite, Guideline guideline = newest_guideline);
GuidelineLevel suite_level(std::uint16_t id,
                           Guideline guideline = newest_guideline);  // unknown: insufficient
GuidelineLevel group_level(std::uint16_t group, Guideline guideline = newest_guideline);
GuidelineLevel version_level(std::uint16_t version, Guideline guideline = newest_guideline);

}  // namespace utsyn::wire
