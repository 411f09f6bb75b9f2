// Reading: sections 2, 9 and 11 of the methodology, member by member. The first complaint ends the document.
#include <boost/json.hpp>
#include <concepts>
#include <type_traits>
#include <utility>

#include "base/text.h"
#include "score/json.h"

namespace utsyn::score {
namespace {

namespace json = boost::json;

constexpr std::int64_t most_days = 36'500;
constexpr std::size_t most_breaches = 1000;
constexpr std::size_t longest_name = 200;

// A place in the document; spelt out only when there is something to complain of.
struct Place {
  const Place* outer = nullptr;
  std::string_view member;
  std::size_t index = 0;  // when `member` is empty

  std::string text() const {
    if (outer == nullptr) return {};
    const std::string before = outer->text();
    if (member.empty()) return before + '[' + std::to_string(index) + ']';
    return before.empty() ? std::string(member) : before + '.' + std::string(member);
  }
};

class Reader {
 public:
  const std::optional<std::string>& complaint() const { return complaint_; }

  void complain(const Place& place, std::string_view text) {
    if (complaint_) return;
    const std::string where = place.text();
    complaint_ = where.empty() ? std::string(text) : where + ": " + std::string(text);
  }

  std::int64_t integer(const json::value& value, const Place& place, std::int64_t low, std::int64_t high) {
    if (const auto* number = value.if_int64(); number != nullptr && *number >= low && *number <= high)
      return *number;
    complain(place, "an integer from " + std::to_string(low) + " to " + std::to_string(high) + " is needed");
    return low;
  }

  std::string name(const json::value& value, const Place& place) {
    const auto* string = value.if_string();
    if (string == nullptr) return complain(place, "a name (a string) is needed"), std::string();
    std::string name(string->data(), string->size());
    if (name.empty() || name.size() > longest_name)
      complain(place, "a name has 1 to 200 bytes");
    else if (name.front() == '#' || name.front() == '~')
      complain(place, "a name does not start with # or ~");
    else if (!valid_utf8(name))
      complain(place, "a name is valid UTF-8");
    return name;
  }

 private:
  std::optional<std::string> complaint_;
};

// The members of one JSON object. `null` counts as absent.
class Members {
 public:
  Members(Reader& reader, const json::value& value, const Place& place) : reader_(reader), place_(place) {
    object_ = value.if_object();
    if (object_ == nullptr) reader_.complain(place_, "an object is needed");
  }

  const json::value* find(std::string_view member) const {
    if (object_ == nullptr) return nullptr;
    const json::value* value = object_->if_contains({member.data(), member.size()});
    return value == nullptr || value->is_null() ? nullptr : value;
  }
  const json::value* need(std::string_view member) const {
    const json::value* value = find(member);
    if (value == nullptr) reader_.complain(at(member), "is missing");
    return value;
  }
  Place at(std::string_view member) const { return {&place_, member}; }

  std::optional<std::int64_t> integer(std::string_view member, std::int64_t low, std::int64_t high) const {
    const json::value* value = find(member);
    if (value == nullptr) return std::nullopt;
    return reader_.integer(*value, at(member), low, high);
  }
  std::int64_t needed_integer(std::string_view member, std::int64_t low, std::int64_t high) const {
    const json::value* value = need(member);
    return value == nullptr ? low : reader_.integer(*value, at(member), low, high);
  }

  bool flag(std::string_view member) const {
    const json::value* value = find(member);
    if (value == nullptr) return false;
    if (const bool* flag = value->if_bool()) return *flag;
    reader_.complain(at(member), "true or false is needed");
    return false;
  }

  std::optional<std::string> name(std::string_view member) const {
    const json::value* value = find(member);
    if (value == nullptr) return std::nullopt;
    return reader_.name(*value, at(member));
  }
  std::string needed_name(std::string_view member) const {
    const json::value* value = need(member);
    return value == nullptr ? std::string() : reader_.name(*value, at(member));
  }

  template <class Enum, std::size_t Count>
  std::optional<Enum> word(std::string_view member, const std::array<std::string_view, Count>& words) const {
    const json::value* value = find(member);
    if (value == nullptr) return std::nullopt;
    std::optional<Enum> found;
    if (const auto* string = value->if_string()) found = named<Enum>(words, {string->data(), string->size()});
    if (!found) {
      std::string choice;
      for (const std::string_view each : words) choice.append(choice.empty() ? "" : ", ").append(each);
      reader_.complain(at(member), "one of " + choice + " is needed");
    }
    return found;
  }
  template <class Enum, std::size_t Count>
  Enum needed_word(std::string_view member, const std::array<std::string_view, Count>& words) const {
    return need(member) == nullptr ? Enum{} : word<Enum>(member, words).value_or(Enum{});
  }

  // Calls `each(value, place)` for the items of a list until one is complained of.
  template <class Each>
  void list(std::string_view member, Each each) const {
    const json::value* value = find(member);
    if (value == nullptr) return;
    const Place place = at(member);
    const auto* array = value->if_array();
    if (array == nullptr) return reader_.complain(place, "a list is needed");
    for (std::size_t i = 0; i < array->size() && !reader_.complaint(); ++i)
      each((*array)[i], Place{&place, {}, i});
  }
  template <class Each>
  void needed_list(std::string_view member, Each each) const {
    if (need(member) != nullptr) list(member, each);
  }

 private:
  Reader& reader_;
  const json::object* object_ = nullptr;
  const Place& place_;
};

Asset asset(Reader& reader, const json::value& value, const Place& place) {
  const Members members(reader, value, place);
  Asset asset;
  asset.id = members.needed_name("id");
  if (const auto v = members.integer("v", 0, 400)) {
    if (*v != 25 && *v != 100 && *v != 200 && *v != 400)
      reader.complain(members.at("v"), "25, 100, 200 or 400 is needed");
    asset.v = static_cast<std::uint32_t>(*v);
  }
  return asset;
}

Finding finding(Reader& reader, const json::value& value, const Place& place) {
  const Members members(reader, value, place);
  Finding finding;
  finding.id = members.needed_name("id");
  finding.asset = members.needed_name("asset");
  finding.sev = members.needed_word<Severity>("sev", severity_words);
  finding.cve = members.flag("cve");
  finding.kev = members.flag("kev");
  finding.ransomware = members.flag("ransomware");
  finding.automatable = members.flag("automatable");
  finding.total = members.flag("total");
  finding.public_exploit = members.flag("public_exploit");
  finding.compromise = members.flag("compromise");
  if (const auto epss = members.integer("epss_max7", 0, 1'000'000))
    finding.epss_max7 = static_cast<std::uint32_t>(*epss);
  finding.conf = members.word<Conf>("conf", conf_words).value_or(finding.conf);
  finding.ctrl = members.word<Ctrl>("ctrl", ctrl_words).value_or(finding.ctrl);
  finding.state = members.word<State>("state", state_words).value_or(finding.state);
  finding.age = members.integer("age", 0, most_days).value_or(finding.age);
  finding.unseen = members.integer("unseen", 0, most_days).value_or(finding.unseen);
  finding.group = members.name("group");
  finding.domain = members.name("domain");
  return finding;
}

Action action(Reader& reader, const json::value& value, const Place& place) {
  const Members members(reader, value, place);
  Action action;
  action.id = members.needed_name("id");
  action.minutes = members.needed_integer("minutes", 0, 1'000'000);
  members.needed_list("fixes", [&](const json::value& item, const Place& at) {
    action.fixes.push_back(reader.name(item, at));
  });
  return action;
}

Plan plan(Reader& reader, const json::value& value, const Place& place) {
  const Members members(reader, value, place);
  Plan plan;
  members.needed_list("actions", [&](const json::value& item, const Place& at) {
    plan.actions.push_back(action(reader, item, at));
  });
  plan.target_cp = members.integer("target_cp", 0, full_score_cp);
  plan.budget_min = members.integer("budget_min", 0, 1'000'000'000);
  if (plan.target_cp.has_value() == plan.budget_min.has_value())
    reader.complain(place, "exactly one of target_cp and budget_min is needed");
  return plan;
}

Organisation organisation(Reader& reader, const json::value& value, const Place& place) {
  const Members members(reader, value, place);
  Organisation organisation;
  organisation.id = members.name("id");
  if (const json::value* method = members.find("method")) {
    const auto* string = method->if_string();
    if (string == nullptr || std::string_view(string->data(), string->size()) != method_id)
      reader.complain(members.at("method"), "only utsyn-1.0 is known here");
    organisation.method_named = true;
  }
  members.needed_list("assets", [&](const json::value& item, const Place& at) {
    organisation.assets.push_back(asset(reader, item, at));
  });
  members.list("findings", [&](const json::value& item, const Place& at) {
    organisation.findings.push_back(finding(reader, item, at));
  });
  organisation.coverage = members.integer("coverage", 0, full_coverage).value_or(organisation.coverage);
  members.list("breach_days", [&](const json::value& item, const Place& at) {
    if (organisation.breach_days.size() == most_breaches)
      reader.complain(*at.outer, "at most 1000 are taken");
    organisation.breach_days.push_back(reader.integer(item, at, 0, most_days));
  });
  organisation.peer_load_p75 =
      members.integer("peer_load_p75", 0, 1'000'000'000).value_or(organisation.peer_load_p75);
  if (const json::value* question = members.find("plan"))
    organisation.plan = plan(reader, *question, members.at("plan"));
  return organisation;
}

Member member(Reader& reader, const json::value& value, const Place& place) {
  const Members members(reader, value, place);
  Member member;
  member.id = members.needed_name("id");
  member.kind = members.word<Kind>("kind", kind_words).value_or(member.kind);
  member.score_cp = members.needed_integer("score_cp", 0, full_score_cp);
  member.grade = members.needed_word<Grade>("grade", grade_words);
  member.weight = members.integer("weight", 0, 1'000'000'000).value_or(member.weight);
  member.inhabitants = members.integer("inhabitants", 0, 1'000'000'000);
  member.kostra = members.name("kostra");
  member.coverage = members.integer("coverage", 0, full_coverage).value_or(member.coverage);
  member.overdue_days = members.integer("overdue_days", 0, most_days).value_or(member.overdue_days);
  member.open_gate = members.flag("open_gate");
  return member;
}

BeforeAndAfter before_and_after(Reader& reader, const json::value& value, const Place& place) {
  const Members members(reader, value, place);
  BeforeAndAfter both;
  if (const json::value* before = members.need("before"))
    both.before = organisation(reader, *before, members.at("before"));
  if (const json::value* after = members.need("after"))
    both.after = organisation(reader, *after, members.at("after"));
  return both;
}

Portfolio whole_portfolio(Reader& reader, const json::value& value, const Place& place) {
  const Members members(reader, value, place);
  Portfolio portfolio;
  portfolio.authority = members.flag("authority");
  members.needed_list("members", [&](const json::value& item, const Place& at) {
    portfolio.members.push_back(member(reader, item, at));
  });
  return portfolio;
}

template <class Read>
auto read(std::string_view document, Read read_value)
    -> Result<std::invoke_result_t<Read, Reader&, const json::value&, const Place&>, std::string> {
  if (document.size() > max_document_bytes)
    return unexpected(std::string("the document is longer than 256 MiB"));
  json::parse_options options;
  options.max_depth = max_document_depth;
  json::error_code error;
  json::monotonic_resource memory;
  const json::value value = json::parse({document.data(), document.size()}, error, &memory, options);
  if (error) return unexpected("not JSON: " + error.message());
  Reader reader;
  auto whole = read_value(reader, value, Place{});
  if (reader.complaint()) return unexpected(*reader.complaint());
  return whole;
}

}  // namespace

Result<Organisation, std::string> read_organisation(std::string_view document) {
  return read(document, organisation);
}
Result<BeforeAndAfter, std::string> read_change(std::string_view document) {
  return read(document, before_and_after);
}
Result<Portfolio, std::string> read_portfolio(std::string_view document) {
  return read(document, whole_portfolio);
}

}  // namespace utsyn::score
