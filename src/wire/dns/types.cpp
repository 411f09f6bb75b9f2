#include "wire/dns/types.h"

#include <fmt/format.h>

#include "base/text.h"

namespace utsyn::wire {
namespace {

struct NumberName {
  std::uint16_t number;
  std::string_view name;
};

// Types without a reader of ours are here too, so that NSEC bitmaps and evidence read well.
constexpr NumberName type_names[] = {
    {1, "A"},       {2, "NS"},       {5, "CNAME"},   {6, "SOA"},    {12, "PTR"},     {13, "HINFO"},
    {15, "MX"},     {16, "TXT"},     {17, "RP"},     {18, "AFSDB"}, {24, "SIG"},     {25, "KEY"},
    {28, "AAAA"},   {29, "LOC"},     {33, "SRV"},    {35, "NAPTR"}, {36, "KX"},      {37, "CERT"},
    {39, "DNAME"},  {41, "OPT"},     {42, "APL"},    {43, "DS"},    {44, "SSHFP"},   {45, "IPSECKEY"},
    {46, "RRSIG"},  {47, "NSEC"},    {48, "DNSKEY"}, {49, "DHCID"}, {50, "NSEC3"},   {51, "NSEC3PARAM"},
    {52, "TLSA"},   {53, "SMIMEA"},  {55, "HIP"},    {59, "CDS"},   {60, "CDNSKEY"}, {61, "OPENPGPKEY"},
    {62, "CSYNC"},  {63, "ZONEMD"},  {64, "SVCB"},   {65, "HTTPS"}, {99, "SPF"},     {108, "EUI48"},
    {109, "EUI64"}, {128, "NXNAME"}, {249, "TKEY"},  {250, "TSIG"}, {251, "IXFR"},   {252, "AXFR"},
    {255, "ANY"},   {256, "URI"},    {257, "CAA"},
};

constexpr NumberName class_names[] = {{1, "IN"}, {3, "CH"}, {4, "HS"}, {254, "NONE"}, {255, "ANY"}};

constexpr NumberName rcode_names[] = {
    {0, "NOERROR"},  {1, "FORMERR"},  {2, "SERVFAIL"}, {3, "NXDOMAIN"}, {4, "NOTIMP"},
    {5, "REFUSED"},  {6, "YXDOMAIN"}, {7, "YXRRSET"},  {8, "NXRRSET"},  {9, "NOTAUTH"},
    {10, "NOTZONE"}, {16, "BADVERS"}, {17, "BADKEY"},  {18, "BADTIME"}, {23, "BADCOOKIE"},
};

template <std::size_t Count>
std::string named(const NumberName (&table)[Count], std::uint16_t number, std::string_view prefix) {
  for (const auto& entry : table) {
    if (entry.number == number) return std::string(entry.name);
  }
  return fmt::format("{}{}", prefix, number);
}

}  // namespace

std::string type_name(RecordType type) { return named(type_names, static_cast<std::uint16_t>(type), "TYPE"); }

std::optional<RecordType> type_named(std::string_view name) {
  for (const auto& entry : type_names) {
    if (iequals(entry.name, name)) return static_cast<RecordType>(entry.number);
  }
  if (!istarts_with(name, "TYPE")) return std::nullopt;
  const auto number = parse_uint(name.substr(4));
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<RecordType>(*number);
}

std::string class_name(RecordClass record_class) {
  return named(class_names, static_cast<std::uint16_t>(record_class), "CLASS");
}

std::string rcode_name(Rcode rcode) { return named(rcode_names, static_cast<std::uint16_t>(rcode), "RCODE"); }

}  // namespace utsyn::wire
