// See classes.h.
#include "wire/tls/classes.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

namespace utsyn::wire {
namespace {

bool signed_by_certificate(const Suite& suite) {
  return suite.authentication == Authentication::rsa || suite.authentication == Authentication::ecdsa ||
         suite.authentication == Authentication::dss;
}

bool ephemeral(const Suite& suite) {
  return suite.key_exchange == KeyExchange::dhe || suite.key_exchange == KeyExchange::ecdhe;
}

bool pre_shared(const Suite& suite) {
  return suite.key_exchange == KeyExchange::psk || suite.key_exchange == KeyExchange::dhe_psk ||
         suite.key_exchange == KeyExchange::ecdhe_psk || suite.key_exchange == KeyExchange::rsa_psk;
}

bool is_aes(const Suite& suite) {
  return suite.cipher == BulkCipher::aes128 || suite.cipher == BulkCipher::aes256;
}

bool is_camellia_or_aria(const Suite& suite) {
  return suite.cipher == BulkCipher::camellia128 || suite.cipher == BulkCipher::camellia256 ||
         suite.cipher == BulkCipher::aria128 || suite.cipher == BulkCipher::aria256;
}

// May a server choose this suite at this version? AEAD and SHA-2 suites came with TLS 1.2, but for the
// pre-shared keys of RFC 5487 and RFC 5489, whose CBC suites are allowed below it too.
bool possible_at(const Suite& suite, std::uint16_t version) {
  if (suite.id == 0) return false;  // the state before any handshake; nobody may negotiate it
  if (version >= 0x0304) return suite.tls13();
  if (suite.tls13()) return false;
  if (version == 0x0303) return true;
  const bool old_mac = suite.mac == SuiteMac::md5 || suite.mac == SuiteMac::sha1;
  return old_mac || (pre_shared(suite) && !suite.aead);
}

// 0 what good servers have, 1 what old or careless servers have, 2 rarities.
int rarity(const Suite& suite) {
  const bool usual_exchange = ephemeral(suite) || suite.key_exchange == KeyExchange::rsa ||
                              suite.authentication == Authentication::anonymous;
  if (suite.tls13()) return suite.id <= 0x1305 && suite.id >= 0x1301 ? 0 : 2;
  if (!usual_exchange || suite.authentication == Authentication::dss) return 2;
  if (suite.cipher == BulkCipher::aria128 || suite.cipher == BulkCipher::aria256)
    return suite.mode == CipherMode::gcm && suite.authentication != Authentication::anonymous ? 1 : 2;
  if (suite.authentication == Authentication::anonymous && is_camellia_or_aria(suite)) return 2;
  if (suite.authentication == Authentication::anonymous) return 1;
  return is_aes(suite) || suite.cipher == BulkCipher::chacha20 ? 0 : 1;
}

struct Offer {
  std::vector<std::uint16_t> suites;
  std::size_t likely = 0;
};

Offer offer_at(std::uint16_t version) {
  std::vector<const Suite*> chosen;
  for (const auto& suite : all_suites())
    if (possible_at(suite, version)) chosen.push_back(&suite);
  std::ranges::sort(chosen, {}, [](const Suite* suite) { return std::pair(rarity(*suite), suite->id); });
  Offer out;
  for (const auto* suite : chosen) {
    out.suites.push_back(suite->id);
    if (rarity(*suite) < 2) ++out.likely;
  }
  return out;
}

const Offer& offer_for(std::uint16_t version) {
  // SSLv3 and TLS 1.0 and 1.1 know the same suites.
  static const std::array<Offer, 3> offers{offer_at(0x0301), offer_at(0x0303), offer_at(0x0304)};
  return offers[version >= 0x0304 ? 2 : version == 0x0303 ? 1 : 0];
}

GuidelineLevel level_2_1(const Suite& suite) {
  const bool strong_aead = (is_aes(suite) && suite.mode == CipherMode::gcm) ||
                           (suite.cipher == BulkCipher::chacha20 && suite.registered);
  if (suite.tls13()) return strong_aead ? GuidelineLevel::good : GuidelineLevel::insufficient;
  if (suite.authentication != Authentication::rsa && suite.authentication != Authentication::ecdsa)
    return GuidelineLevel::insufficient;
  const bool aes_cbc = is_aes(suite) && suite.mode == CipherMode::cbc;
  const bool triple_des = suite.cipher == BulkCipher::triple_des && suite.registered;
  switch (suite.key_exchange) {
    case KeyExchange::ecdhe:
      if (strong_aead) return GuidelineLevel::good;
      if (aes_cbc) return GuidelineLevel::sufficient;
      return triple_des ? GuidelineLevel::phase_out : GuidelineLevel::insufficient;
    case KeyExchange::dhe:
      if (strong_aead || aes_cbc) return GuidelineLevel::sufficient;
      return triple_des ? GuidelineLevel::phase_out : GuidelineLevel::insufficient;
    case KeyExchange::rsa:
      return strong_aead || aes_cbc || triple_des ? GuidelineLevel::phase_out : GuidelineLevel::insufficient;
    default:
      return GuidelineLevel::insufficient;
  }
}

GuidelineLevel level_2025(const Suite& suite) {
  if (!suite.registered) return GuidelineLevel::insufficient;
  const bool gcm_or_ccm = suite.mode == CipherMode::gcm || suite.mode == CipherMode::ccm;
  const bool aes_aead = is_aes(suite) && gcm_or_ccm;
  const bool chacha = suite.cipher == BulkCipher::chacha20;
  if (suite.tls13()) {
    if (chacha || (suite.cipher == BulkCipher::aes256 && suite.mode == CipherMode::gcm))
      return GuidelineLevel::good;
    return aes_aead ? GuidelineLevel::sufficient : GuidelineLevel::insufficient;
  }
  const bool rsa_or_ecdsa =
      suite.authentication == Authentication::rsa || suite.authentication == Authentication::ecdsa;
  if (!rsa_or_ecdsa || !ephemeral(suite)) return GuidelineLevel::insufficient;
  if (suite.key_exchange == KeyExchange::ecdhe && (aes_aead || chacha)) return GuidelineLevel::sufficient;
  const bool sha2_cbc =
      suite.mode == CipherMode::cbc && (suite.mac == SuiteMac::sha256 || suite.mac == SuiteMac::sha384);
  const bool phased_out_mode = gcm_or_ccm || chacha || sha2_cbc;
  const bool known_cipher = is_aes(suite) || chacha || is_camellia_or_aria(suite);
  return known_cipher && phased_out_mode ? GuidelineLevel::phase_out : GuidelineLevel::insufficient;
}

}  // namespace

std::string_view suite_class_name(SuiteClass kind) {
  switch (kind) {
    case SuiteClass::null_cipher:
      return "null";
    case SuiteClass::anonymous:
      return "anonymous";
    case SuiteClass::export_grade:
      return "export";
    case SuiteClass::low:
      return "low";
    case SuiteClass::rc4:
      return "rc4";
    case SuiteClass::block64:
      return "block64";
    case SuiteClass::cbc:
      return "cbc";
    case SuiteClass::no_forward_secrecy:
      return "no-forward-secrecy";
    case SuiteClass::modern_aead:
      return "modern-aead";
  }
  return "";
}

bool in_class(const Suite& suite, SuiteClass kind) {
  switch (kind) {
    case SuiteClass::null_cipher:
      return suite.cipher == BulkCipher::null;
    case SuiteClass::anonymous:
      return suite.authentication == Authentication::anonymous;
    case SuiteClass::export_grade:
      return suite.export_grade;
    case SuiteClass::low:
      return (suite.cipher != BulkCipher::null && suite.strength_bits < 112) ||
             suite.cipher == BulkCipher::idea || suite.cipher == BulkCipher::seed ||
             suite.cipher == BulkCipher::rc2_128;
    case SuiteClass::rc4:
      return suite.cipher == BulkCipher::rc4_40 || suite.cipher == BulkCipher::rc4_56 ||
             suite.cipher == BulkCipher::rc4_128;
    case SuiteClass::block64:
      return suite.block_bits == 64;
    case SuiteClass::cbc:
      return suite.mode == CipherMode::cbc;
    case SuiteClass::no_forward_secrecy:
      return !suite.forward_secret;
    case SuiteClass::modern_aead:
      return suite.aead && ephemeral(suite) && signed_by_certificate(suite);
  }
  return false;
}

std::span<const std::uint16_t> suites_in(SuiteClass kind) {
  static const auto lists = [] {
    std::array<std::vector<std::uint16_t>, suite_class_count> out;
    for (int i = 0; i < suite_class_count; ++i)
      for (const auto& suite : all_suites())
        if (possible_at(suite, 0x0303) && in_class(suite, static_cast<SuiteClass>(i)))
          out[static_cast<std::size_t>(i)].push_back(suite.id);
    return out;
  }();
  return lists[static_cast<std::size_t>(kind)];
}

std::span<const std::uint16_t> tls13_suites() { return offer_for(0x0304).suites; }

std::span<const std::uint16_t> suites_for(std::uint16_t version) { return offer_for(version).suites; }

std::size_t likely_suites(std::uint16_t version) { return offer_for(version).likely; }

std::string_view guideline_level_name(GuidelineLevel level) {
  switch (level) {
    case GuidelineLevel::good:
      return "good";
    case GuidelineLevel::sufficient:
      return "sufficient";
    case GuidelineLevel::phase_out:
      return "phase-out";
    case GuidelineLevel::insufficient:
      return "insufficient";
  }
  return "";
}

std::string_view guideline_name(Guideline guideline) {
  return guideline == Guideline::ncsc_nl_2_1 ? "ncsc-nl-2.1" : "ncsc-nl-2025-05";
}

GuidelineLevel suite_level(const Suite& suite, Guideline guideline) {
  return guideline == Guideline::ncsc_nl_2_1 ? level_2_1(suite) : level_2025(suite);
}

GuidelineLevel suite_level(std::uint16_t id, Guideline guideline) {
  const auto* suite = find_suite(id);
  return suite ? suite_level(*suite, guideline) : GuidelineLevel::insufficient;
}

GuidelineLevel group_level(std::uint16_t group, Guideline guideline) {
  const bool old = guideline == Guideline::ncsc_nl_2_1;
  switch (group) {
    case 23:
    case 24:
    case 25:
    case 29:
    case 30:
      return GuidelineLevel::good;
    // Brainpool, and the hybrids with ML-KEM, are newer than edition 2.1.
    case 26:
    case 27:
    case 28:
    case 31:
    case 32:
    case 33:
    case 4587:
    case 4588:
    case 4589:
      return old ? GuidelineLevel::insufficient : GuidelineLevel::good;
    case 21:
      return GuidelineLevel::phase_out;
    case 256:
      return old ? GuidelineLevel::phase_out : GuidelineLevel::insufficient;
    case 257:
    case 258:
    case 259:
    case 260:
      return old ? GuidelineLevel::sufficient : GuidelineLevel::phase_out;
    default:
      return GuidelineLevel::insufficient;
  }
}

GuidelineLevel version_level(std::uint16_t version, Guideline guideline) {
  switch (version) {
    case 0x0304:
      return GuidelineLevel::good;
    case 0x0303:
      return GuidelineLevel::sufficient;
    case 0x0302:
    case 0x0301:
      return guideline == Guideline::ncsc_nl_2_1 ? GuidelineLevel::phase_out : GuidelineLevel::insufficient;
    default:
      return GuidelineLevel::insufficient;
  }
}

}  // namespace utsyn::wire
