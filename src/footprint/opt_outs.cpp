#include "footprint/opt_outs.h"

#include <algorithm>

#include "base/ip.h"
#include "base/name.h"
#include "base/text.h"
#include "footprint/told.h"

namespace utsyn::footprint {

using store::Connection;

Result<std::string, Fault> opt_out_pattern(std::string_view typed) {
  const auto text = trim(typed);
  const auto wrong = [&] {
    return unexpected(
        Fault{"pattern",
              "opt-out-pattern",
              {valid_utf8(text) && text.size() <= 260 ? std::string(text) : printable(text, 80)}});
  };
  if (const auto network = Cidr::parse(text)) {
    const auto whole = network->length == (network->base.is_v4() ? 32U : 128U);
    return whole ? network->base.str() : network->str();
  }
  if (!valid_utf8(text)) return wrong();
  const bool below = text.starts_with("*.");
  auto name = normalise_name(below ? text.substr(2) : text);
  if (name) return below ? "*." + *name : *name;
  // A whole top level may be left out too: "*.example".
  if (below && name.error() == NameError::single_label) {
    const auto label = lower(text.substr(2));
    if (label.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos)
      return "*." + label;
  }
  return wrong();
}

std::vector<OptOut> opt_out_list(Connection& connection) {
  std::vector<OptOut> out;
  for (const auto& row :
       connection.query("SELECT pattern, reason, added, added_by FROM opt_out ORDER BY pattern"))
    out.push_back({row.text(0), row.text(1), from_unix(row.number(2)), row.text(3)});
  return out;
}

std::vector<std::string> opt_outs(Connection& connection) {
  std::vector<std::string> out;
  for (const auto& row : connection.query("SELECT pattern FROM opt_out ORDER BY pattern"))
    out.push_back(row.text(0));
  return out;
}

bool opted_out(const std::vector<std::string>& patterns, std::string_view host) {
  return std::ranges::any_of(patterns, [&](const auto& pattern) {
    return glob_match(pattern, host) || is_subdomain(host, pattern);
  });
}

bool add_opt_out(Connection& connection, UtcTime now, const access::Access& access, std::string& pattern,
                 std::string_view reason) {
  auto kept = opt_out_pattern(pattern);
  if (!kept) throw Refused(Refused::Kind::wrong, std::move(kept.error()));
  if (trim(reason).empty()) refuse(Refused::Kind::wrong, "reason", "reason-missing");
  pattern = std::move(*kept);
  const auto added = connection.execute(
      "INSERT INTO opt_out (pattern, reason, added, added_by) VALUES (?1, ?2, ?3, ?4) "
      "ON CONFLICT (pattern) DO NOTHING",
      {pattern, reason, to_unix(now), person(access)});
  if (added == 0) return false;
  tell(connection, now, access, "opt-out.add", "opt-out-changed", "", pattern, {{"reason", reason}});
  return true;
}

void remove_opt_out(Connection& connection, UtcTime now, const access::Access& access,
                    std::string_view pattern, std::string_view reason) {
  if (trim(reason).empty()) refuse(Refused::Kind::wrong, "reason", "reason-missing");
  if (connection.execute("DELETE FROM opt_out WHERE pattern = ?1", {pattern}) == 0)
    refuse(Refused::Kind::absent, "", "opt-out");
  tell(connection, now, access, "opt-out.remove", "opt-out-changed", "", pattern, {{"reason", reason}});
}

}  // namespace utsyn::footprint
