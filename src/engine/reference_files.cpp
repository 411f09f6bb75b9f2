// Reads the files of reference data (docs/reference-data.md). They are large and somebody else made them:
// read line by line, bounded, and the first line that is not as described ends the reading with its number,
// because half a list would turn "not looked up" into "not listed".
#include <algorithm>
#include <boost/json.hpp>
#include <boost/json/basic_parser_impl.hpp>
#include <filesystem>
#include <fstream>
#include <functional>

#include "base/name.h"
#include "base/text.h"
#include "base/time.h"
#include "engine/reference_data.h"

namespace utsyn::engine {
namespace {

namespace json = boost::json;

// What is wrong with a line; empty when nothing is.
using Complaint = std::string;
using ReadLine = std::function<Complaint(std::string_view line)>;

// Announcements that fewer peers of the route collectors see than this are leaks of one network into another,
// not announcements to the internet (own policy).
constexpr std::uint64_t kFewestPeers = 10;
constexpr std::size_t kMostProviderBytes = 100;
constexpr std::size_t kMostNames = 1000;
constexpr std::size_t kMostIssuerBytes = 1000;
constexpr std::size_t kMostCertificatesOfDomain = 1000;

std::string at_line(const std::string& path, std::size_t line, const Complaint& complaint) {
  return path + " line " + std::to_string(line) + ": " + complaint;
}

Result<bool, std::string> is_there(const std::string& path) {
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) return false;
  if (status.type() != std::filesystem::file_type::regular) return unexpected(path + ": not a file");
  return true;
}

// Every line that is neither empty nor a comment.
Result<void, std::string> each_line(const std::string& path, const ReferenceLimits& limits,
                                    std::string_view comment_marks, const ReadLine& read) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return unexpected(path + ": cannot be opened. Check its permissions.");
  std::string buffer(limits.line_bytes + 1, '\0');
  std::size_t entries = 0;
  for (std::size_t number = 1;; ++number) {
    file.getline(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    auto size = static_cast<std::size_t>(file.gcount());
    if (file.bad()) return unexpected(path + ": cannot be read");
    if (file.eof() && size == 0) return {};
    if (file.fail() && !file.eof()) {
      return unexpected(at_line(path, number, "longer than " + std::to_string(limits.line_bytes) + " bytes"));
    }
    if (!file.eof()) --size;  // the line feed is counted, and not kept
    const auto line = trim(std::string_view(buffer).substr(0, size));
    if (!line.empty() && comment_marks.find(line.front()) == std::string_view::npos) {
      if (++entries > limits.entries) {
        return unexpected(at_line(path, number, "more than " + std::to_string(limits.entries) + " entries"));
      }
      if (const auto complaint = read(line); !complaint.empty())
        return unexpected(at_line(path, number, complaint));
    }
    if (file.eof()) return {};
  }
}

// An empty list is a download that went wrong: it would say of everything that it is not listed.
Result<void, std::string> not_empty(const std::string& path, std::size_t size) {
  if (size > 0) return {};
  return unexpected(path + ": holds no entries. Download it again, or remove it to go without.");
}

// A network whose address has no bits beyond the length.
std::optional<Cidr> network(std::string_view text) {
  const auto cidr = Cidr::parse(text);
  if (!cidr || text.find('/') == std::string_view::npos) return std::nullopt;
  for (unsigned bit = cidr->length; bit < cidr->base.size() * 8; ++bit) {
    if ((cidr->base.bytes()[bit / 8] & (0x80U >> (bit % 8))) != 0) return std::nullopt;
  }
  return cidr;
}

std::optional<std::uint32_t> as_number(std::string_view text) {
  if (istarts_with(text, "AS")) text.remove_prefix(2);
  const auto number = parse_uint(text);
  if (!number || *number > 0xFFFF'FFFFU) return std::nullopt;
  return static_cast<std::uint32_t>(*number);
}

// --- rpki/vrps.json -------------------------------------------------------------------------------------

// The export is one JSON document of half a million objects: read as a stream, of which only "roas" at the
// top is kept. Other members (metadata, router keys, ASPAs) are skipped.
class PayloadHandler {
 public:
  static constexpr std::size_t max_object_size = std::size_t(-1);
  static constexpr std::size_t max_array_size = std::size_t(-1);
  static constexpr std::size_t max_key_size = 256;
  static constexpr std::size_t max_string_size = 64UL * 1024;

  PayloadHandler(PrefixTable<RoaPayload>& table, std::size_t most) : table_(table), most_(most) {}

  const std::string& complaint() const { return complaint_; }
  bool saw_payloads() const { return saw_payloads_; }

  using Error = boost::system::error_code;
  using Text = json::string_view;
  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_array_begin(Error&) {
    if (depth_ == 1 && key_ == "roas") in_payloads_ = saw_payloads_ = true;
    return open();
  }
  bool on_array_end(std::size_t, Error&) {
    if (--depth_ == 1) in_payloads_ = false;
    return true;
  }
  bool on_object_begin(Error&) {
    if (in_entry_list()) {
      prefix_.clear();
      as_.clear();
      max_length_.reset();
    }
    return open();
  }
  bool on_object_end(std::size_t, Error& error) {
    --depth_;
    return !in_entry_list() || add(error);
  }
  bool on_string_part(Text part, std::size_t, Error&) {
    text_ += part;
    return true;
  }
  bool on_string(Text part, std::size_t, Error&) {
    text_ += part;
    if (in_entry()) {
      if (key_ == "prefix") prefix_ = text_;
      if (key_ == "asn") as_ = text_;
    }
    text_.clear();
    return true;
  }
  bool on_key_part(Text part, std::size_t, Error&) {
    text_ += part;
    return true;
  }
  bool on_key(Text part, std::size_t, Error&) {
    text_ += part;
    key_ = std::exchange(text_, {});
    return true;
  }
  bool on_number_part(Text, Error&) { return true; }
  bool on_int64(std::int64_t value, Text, Error&) { return number(value); }
  bool on_uint64(std::uint64_t, Text, Error&) { return number(-1); }  // beyond any number that is used here
  bool on_double(double, Text, Error&) { return number(-1); }
  bool on_bool(bool, Error&) { return true; }
  bool on_null(Error&) { return true; }
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  bool open() {
    ++depth_;
    return true;
  }
  bool in_entry_list() const { return in_payloads_ && depth_ == 2; }
  bool in_entry() const { return in_payloads_ && depth_ == 3; }
  bool number(std::int64_t value) {
    if (in_entry()) {
      if (key_ == "asn") as_ = std::to_string(value);
      if (key_ == "maxLength") max_length_ = value;
    }
    return true;
  }
  bool refuse(Error& error, std::string why) {
    complaint_ = std::move(why);
    error = boost::system::errc::make_error_code(boost::system::errc::invalid_argument);
    return false;
  }
  bool add(Error& error) {
    const auto prefix = network(prefix_);
    if (!prefix) return refuse(error, "'prefix' is not a network: '" + printable(prefix_, 60) + "'");
    const auto as = as_number(as_);
    if (!as) return refuse(error, "'asn' is not a number of a network: '" + printable(as_, 60) + "'");
    const auto width = static_cast<std::int64_t>(prefix->base.size() * 8);
    const auto longest = max_length_.value_or(std::int64_t{prefix->length});
    if (longest < std::int64_t{prefix->length} || longest > width) {
      return refuse(error, "'maxLength' does not fit " + prefix->str());
    }
    if (++entries_ > most_) return refuse(error, "more than " + std::to_string(most_) + " entries");
    table_.add(*prefix, {*as, static_cast<std::uint8_t>(longest)});
    return true;
  }

  PrefixTable<RoaPayload>& table_;
  std::size_t most_;
  std::size_t entries_ = 0;
  int depth_ = 0;
  bool in_payloads_ = false;
  bool saw_payloads_ = false;
  std::string key_;
  std::string text_;
  std::string prefix_;
  std::string as_;
  std::optional<std::int64_t> max_length_;
  std::string complaint_;
};

Result<void, std::string> read_payloads(const std::string& path, const ReferenceLimits& limits,
                                        ReferenceData& out) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return unexpected(path + ": cannot be opened. Check its permissions.");
  auto& table = out.payloads.emplace();
  json::basic_parser<PayloadHandler> parser(json::parse_options{}, table, limits.entries);
  const auto wrong = [&](std::size_t line, const boost::system::error_code& error) {
    const auto& complaint = parser.handler().complaint();
    return unexpected(at_line(path, line, complaint.empty() ? "not JSON: " + error.message() : complaint));
  };
  std::size_t line = 1;
  std::string buffer(64UL * 1024, '\0');
  boost::system::error_code error;
  while (file) {
    file.read(buffer.data(), static_cast<std::streamsize>(buffer.size()));
    if (file.bad()) return unexpected(path + ": cannot be read");
    std::string_view rest(buffer.data(), static_cast<std::size_t>(file.gcount()));
    while (!rest.empty()) {
      // Up to a line's end, so that an error is known to its line.
      const auto feed = rest.find('\n');
      const auto piece = rest.substr(0, feed == std::string_view::npos ? rest.size() : feed + 1);
      rest.remove_prefix(piece.size());
      const auto used = parser.done() ? 0 : parser.write_some(true, piece.data(), piece.size(), error);
      if (error) return wrong(line, error);
      if (!trim(piece.substr(used)).empty())
        return unexpected(at_line(path, line, "something stands behind the JSON document"));
      if (piece.ends_with('\n')) ++line;
    }
  }
  if (!parser.done()) {
    parser.write_some(false, nullptr, 0, error);
    if (error) return wrong(line, error);
  }
  if (!parser.handler().saw_payloads())
    return unexpected(path + ": no list \"roas\"; it must be {\"roas\": [...]}");
  table.finish();
  return not_empty(path, table.size());
}

// --- the other files ------------------------------------------------------------------------------------

std::optional<std::uint32_t> origin_of(std::string_view text) {
  if (!text.starts_with('{')) return as_number(text);
  if (!text.ends_with('}') || text.size() < 3) return std::nullopt;
  for (const auto member : split(text.substr(1, text.size() - 2), ',')) {
    if (!as_number(trim(member))) return std::nullopt;
  }
  return kNoOrigin;
}

Result<void, std::string> read_table(const std::string& path, const ReferenceLimits& limits,
                                     ReferenceData& out) {
  auto& table = out.table.emplace();
  const auto read = each_line(path, limits, "%#", [&](std::string_view line) -> Complaint {
    const auto fields = split(line, '\t');
    if (fields.size() != 3) return "not ORIGIN, PREFIX and PEERS with a tab between them";
    const auto origin = origin_of(fields[0]);
    if (!origin) return "not an origin: '" + printable(fields[0], 60) + "'";
    const auto prefix = network(fields[1]);
    if (!prefix) return "not a network: '" + printable(fields[1], 60) + "'";
    const auto peers = parse_uint(fields[2]);
    if (!peers) return "not a count of peers: '" + printable(fields[2], 60) + "'";
    // A default route is no announcement of the address.
    if (*peers >= kFewestPeers && prefix->length > 0) table.add(*prefix, *origin);
    return {};
  });
  if (!read) return read;
  table.finish();
  return not_empty(path, table.size());
}

template <class Hash>
Result<void, std::string> read_hashes(const std::string& path, const ReferenceLimits& limits,
                                      std::optional<std::vector<Hash>>& out) {
  auto& hashes = out.emplace();
  const auto read = each_line(path, limits, "#", [&](std::string_view line) -> Complaint {
    Hash hash{};
    const auto bytes = from_hex(line);
    if (!bytes || bytes->size() != hash.size()) {
      return "not " + std::to_string(hash.size() * 2) + " hexadecimal digits: '" + printable(line, 80) + "'";
    }
    std::ranges::copy(*bytes, hash.begin());
    hashes.push_back(hash);
    return {};
  });
  if (!read) return read;
  std::ranges::sort(hashes);
  hashes.erase(std::unique(hashes.begin(), hashes.end()), hashes.end());
  hashes.shrink_to_fit();
  return not_empty(path, hashes.size());
}

Result<void, std::string> read_clouds(const std::string& path, const ReferenceLimits& limits,
                                      ReferenceData& out) {
  auto& clouds = out.clouds.emplace();
  std::map<std::string, std::uint32_t, std::less<>> known;
  const auto read = each_line(path, limits, "#", [&](std::string_view line) -> Complaint {
    const auto blank = line.find_last_of(" \t");
    if (blank == std::string_view::npos) return "not PROVIDER and CIDR with a blank between them";
    const auto name = trim(line.substr(0, blank));
    const auto prefix = network(line.substr(blank + 1));
    if (!prefix) return "not a network: '" + printable(line.substr(blank + 1), 60) + "'";
    if (name.size() > kMostProviderBytes || printable(name) != name) {
      return "not the name of a provider: '" + printable(name, 60) + "'";
    }
    auto at = known.find(name);
    if (at == known.end()) {
      at = known.emplace(name, static_cast<std::uint32_t>(clouds.providers.size())).first;
      clouds.providers.emplace_back(name);
    }
    clouds.ranges.add(*prefix, at->second);
    return {};
  });
  if (!read) return read;
  clouds.ranges.finish();
  return not_empty(path, clouds.ranges.size());
}

// In UTF-8, which is what a JSON string is: C0, DEL, and C1 as two bytes.
bool has_control_characters(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7F) return true;
    if (byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0) return true;
  }
  return false;
}

// {"domain", "sha256", "issuer", "names", "not_before"}; with "domain" alone: searched for, nothing found.
Complaint read_issued_line(std::string_view line, ReferenceData& out) {
  boost::system::error_code error;
  const auto value = json::parse(json::string_view(line.data(), line.size()), error);
  if (error) return "not JSON: " + error.message();
  const auto* object = value.if_object();
  if (object == nullptr) return "not a JSON object";
  const auto text = [&](std::string_view member) -> std::optional<std::string> {
    const auto* found = object->if_contains(json::string_view(member.data(), member.size()));
    if (found == nullptr || !found->is_string()) return std::nullopt;
    return std::string(found->get_string());
  };
  const auto domain = normalise_name(text("domain").value_or(""));
  if (!domain) return "'domain': " + std::string(describe(domain.error()));
  auto& certificates = out.issued[*domain];
  if (object->size() == 1) return {};

  LoggedCertificate certificate;
  certificate.sha256 = lower(text("sha256").value_or(""));
  const auto digest = from_hex(certificate.sha256);
  if (!digest || digest->size() != 32) return "'sha256' is not 64 hexadecimal digits";
  const auto issuer = text("issuer");
  if (!issuer || issuer->empty() || issuer->size() > kMostIssuerBytes)
    return "'issuer' is missing, empty or too long";
  if (has_control_characters(*issuer)) return "'issuer' holds control characters";
  certificate.issuer = *issuer;
  const auto* names = object->if_contains("names");
  if (names == nullptr || !names->is_array()) return "'names' is not a list";
  if (names->get_array().size() > kMostNames) return "more than " + std::to_string(kMostNames) + " names";
  for (const auto& name : names->get_array()) {
    if (!name.is_string()) return "'names' holds something that is not a name";
    certificate.names.push_back(printable(lower(std::string_view(name.get_string())), 255));
  }
  const auto not_before = parse_time(text("not_before").value_or(""));
  if (!not_before) return "'not_before' is not a time; write it as 2026-11-20T10:00:00Z";
  certificate.not_before = to_unix(*not_before);
  certificates.push_back(std::move(certificate));
  return {};
}

Result<void, std::string> read_issued(const std::string& path, const ReferenceLimits& limits,
                                      ReferenceData& out) {
  auto read =
      each_line(path, limits, "#", [&](std::string_view line) { return read_issued_line(line, out); });
  for (auto& [domain, certificates] : out.issued) {
    std::ranges::sort(certificates, [](const LoggedCertificate& a, const LoggedCertificate& b) {
      return std::tie(b.not_before, a.sha256) < std::tie(a.not_before, b.sha256);
    });
    const auto same = std::ranges::unique(certificates, {}, &LoggedCertificate::sha256);
    certificates.erase(same.begin(), same.end());
    if (certificates.size() > kMostCertificatesOfDomain) certificates.resize(kMostCertificatesOfDomain);
  }
  return read;
}

}  // namespace

Result<ReferenceData, std::string> load_reference_data(const std::string& folder,
                                                       const ReferenceLimits& limits) {
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) return unexpected(folder + ": there is no such folder");
  ReferenceData out;
  using Read = std::function<Result<void, std::string>(const std::string&)>;
  const std::pair<const char*, Read> files[] = {
      {"rpki/vrps.json", [&](const auto& path) { return read_payloads(path, limits, out); }},
      {"rpki/table.txt", [&](const auto& path) { return read_table(path, limits, out); }},
      {"keys/compromised.txt", [&](const auto& path) { return read_hashes(path, limits, out.compromised); }},
      {"keys/debian-weak.txt", [&](const auto& path) { return read_hashes(path, limits, out.debian_weak); }},
      {"cloud/ranges.txt", [&](const auto& path) { return read_clouds(path, limits, out); }},
      {"ct/issued.jsonl", [&](const auto& path) { return read_issued(path, limits, out); }},
  };
  for (const auto& [name, read] : files) {
    const auto path = folder + "/" + name;
    const auto there = is_there(path);
    if (!there) return unexpected(there.error());
    if (!*there) continue;
    if (const auto done = read(path); !done) return unexpected(done.error());
  }
  return out;
}

}  // namespace utsyn::engine
