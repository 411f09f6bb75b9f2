// Every list that the API gives, as a file (CSV or XLSX). A table here is a list and no more: its rows are
// the members of that list's own answers, asked for page by page with the reader's own access, so that
// nothing stands in a file which the list would not tell, and a group too small to be counted is empty in
// both. What a table adds is headings, the form of its cells, and where a member lies in the answer.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <ranges>

#include "api/areas.h"
#include "api/followup_json.h"
#include "api/listed_tables.h"
#include "api/table_answers.h"
#include "base/text.h"

namespace utsyn::api {
namespace {

namespace json = boost::json;
using report::Hundredths;
using report::TableCell;
using report::TableRow;

constexpr std::size_t kPage = 500;         // of a list that has pages
constexpr std::string_view kMost = "100";  // of a list of the most
constexpr std::size_t kMostPages = 2'000;  // a million rows

// What lies at a path, or nothing where a step is absent or null.
const json::value* at_path(const json::value& from, std::string_view path) {
  const json::value* at = &from;
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    const auto step = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (const auto* object = at->if_object()) {
      at = object->if_contains(step);
    } else if (const auto* list = at->if_array()) {
      const auto number = parse_uint(step);
      at = number && *number < list->size() ? &(*list)[*number] : nullptr;
    } else {
      at = nullptr;
    }
    if (at == nullptr || at->is_null()) return nullptr;
  }
  return at->is_null() ? nullptr : at;
}

std::string text_of(const json::value& value) {
  if (value.is_string()) return std::string(value.get_string());
  const auto* list = value.if_array();
  if (list == nullptr || std::ranges::any_of(*list, [](const auto& item) { return !item.is_string(); }))
    return json::serialize(value);
  std::string out;
  for (const auto& item : *list) {
    if (!out.empty()) out += ' ';
    out += std::string_view(item.get_string());
  }
  return out;
}

TableCell cell_of(const json::value& value, Form form, checks::Language language) {
  switch (form) {
    case Form::number:
      if (value.is_int64()) return value.get_int64();
      break;
    case Form::hundredths:
      if (value.is_int64()) return Hundredths{value.get_int64()};
      break;
    case Form::time:
      if (const auto time = value.is_string() ? parse_time(value.get_string()) : std::nullopt) return *time;
      break;
    case Form::day:
      if (const auto time = value.is_string() ? parse_time(value.get_string()) : std::nullopt)
        return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(*time));
      break;
    case Form::truth:
      if (value.is_bool()) return value.get_bool();
      break;
    case Form::severity:
      if (value.is_string()) return table_words(value.get_string(), language);
      break;
    case Form::check:
      if (value.is_string()) return title_of_check(value.get_string(), language);
      break;
    case Form::words:
      if (const auto* words = at_path(value, language == checks::Language::en   ? "en"
                                             : language == checks::Language::nn ? "nn"
                                                                                : "nb"))
        return text_of(*words);
      break;
    case Form::count:
      if (const auto* list = value.if_array()) return static_cast<std::int64_t>(list->size());
      break;
    case Form::text:
      break;
  }
  return text_of(value);
}

// An operation of the API as this reader may ask it, in process.
json::value asked(const Route& route, Context& context, const Request& request) {
  return json::parse(route.handler(context, request).body);
}
bool may_ask(const Route& route, const access::Access& access, std::string_view organisation) {
  return route.door != Door::login ||
         (route.detail == access::Detail::none
              ? access.may(route.permission)
              : access.sees(organisation, route.detail) && access.may(route.permission, organisation));
}

// Draws the rows of one table for one reader.
class Reader {
 public:
  Reader(Context& context, Request request, std::shared_ptr<const ListedTable> table, Route list,
         std::vector<Route> more, checks::Language language)
      : context_(&context),
        request_(std::move(request)),
        table_(std::move(table)),
        list_(std::move(list)),
        more_(std::move(more)),
        known_(more_.size()),
        language_(language) {
    std::erase_if(request_.query, [](const auto& one) {
      return is_of_the_file(one.first) || one.first == "limit" || one.first == "cursor" ||
             one.first == "most";
    });
    if (table_->length == Length::pages) request_.query.emplace("limit", std::to_string(kPage));
    if (table_->length == Length::most) request_.query.emplace("most", kMost);
    if (!table_->body.empty()) request_.json = json::parse(table_->body);
    request_.method = list_.method;
  }

  // The rows of the next page that has any; none: the end.
  std::vector<TableRow> next() {
    std::vector<TableRow> rows;
    while (rows.empty() && !ended_) {
      const auto answer = asked(list_, *context_, request_);
      const auto* next = table_->length == Length::pages ? at_path(answer, "next") : nullptr;
      request_.query.erase("cursor");
      ended_ = next == nullptr || ++pages_ == kMostPages;
      if (next != nullptr) request_.query.emplace("cursor", text_of(*next));
      for (const auto& part : table_->parts) {
        const auto* found = at_path(answer, part.path);
        if (found == nullptr) continue;
        if (const auto* list = found->if_array())
          for (const auto& item : *list) rows.push_back(row_of(part, item));
        else
          rows.push_back(row_of(part, *found));
      }
    }
    return rows;
  }

 private:
  TableRow row_of(const Part& part, const json::value& item) {
    json::value whole = item;
    for (std::size_t i = 0; i < more_.size(); ++i) add(whole, i);
    TableRow row;
    row.reserve(table_->columns.size());
    for (const auto& column : table_->columns) {
      if (column.path == kPart) {
        row.emplace_back(table_words(fmt::format("part_{}", part.name), language_));
        continue;
      }
      const auto* value = at_path(whole, column.path);
      row.push_back(value == nullptr ? TableCell() : cell_of(*value, column.form, language_));
    }
    return row;
  }

  void add(json::value& row, std::size_t which) {
    const auto& what = table_->more[which];
    const auto* id = at_path(row, what.member);
    if (id == nullptr) return;
    const auto key = text_of(*id);
    auto& known = known_[which];
    if (what.parameter.empty() && !std::exchange(listed_, true)) {
      auto asking = request_;
      asking.query.clear();
      asking.query.emplace("limit", std::to_string(kPage));
      for (const auto& item : asked(more_[which], *context_, asking).at("items").as_array())
        known.emplace(text_of(item.at("id")), item);
    }
    auto found = known.find(key);
    if (found == known.end()) found = known.emplace(key, of_one(what, more_[which], key)).first;
    row.as_object()[what.into] = found->second;
  }

  json::value of_one(const More& what, const Route& route, const std::string& key) {
    if (what.parameter.empty() || !may_ask(route, request_.access, key)) return nullptr;
    auto asking = request_;
    asking.query.clear();
    asking.parameters.insert_or_assign(std::string(what.parameter), key);
    try {
      return asked(route, *context_, asking);
    } catch (const Problem&) {
      return nullptr;  // there is nothing, or nothing that this reader may know
    }
  }

  Context* context_;
  Request request_;
  std::shared_ptr<const ListedTable> table_;
  Route list_;
  std::vector<Route> more_;
  std::vector<std::map<std::string, json::value>> known_;
  checks::Language language_;
  std::size_t pages_ = 0;
  bool listed_ = false;
  bool ended_ = false;
};

// "/virksomhet/{organisation}" of this request.
std::string page_of_table(std::string_view pattern, const Request& request) {
  std::string out(pattern);
  for (const auto& [name, value] : request.parameters) {
    const auto blank = "{" + name + "}";
    if (const auto at = out.find(blank); at != std::string::npos) out.replace(at, blank.size(), value);
  }
  return out;
}

Response get_table(Context& context, const Request& request, const std::shared_ptr<const ListedTable>& shown,
                   const Route& list, const std::vector<Route>& more) {
  const auto wanted = wanted_table(request);
  auto table = new_table(context, request, wanted, shown->title, page_of_table(shown->page, request));
  if (const auto organisation = request.parameter("organisation"); !organisation.empty())
    tell_of_organisation(context, table, organisation);
  if (const auto portfolio = request.parameter("portfolio"); !portfolio.empty())
    tell_of_portfolio(table, chosen_portfolio(context, request, portfolio));
  for (const auto& column : shown->columns)
    table.columns.push_back(
        {table_words(fmt::format("c_{}", column.heading), wanted.language), column.width});
  const auto reader = std::make_shared<Reader>(context, request, shown, list, more, wanted.language);
  // What is wrong with the question is told before the first row.
  table.next = [reader, first = std::optional(reader->next())]() mutable {
    if (first) return *std::exchange(first, std::nullopt);
    return reader->next();
  };
  return table_answer(context, wanted, std::move(table));
}

}  // namespace

void add_listed_table_routes(Router& router) {
  const auto of = [&](std::string_view operation) {
    const auto found = std::ranges::find(router.routes(), operation, &Route::operation);
    if (found == router.routes().end())
      throw std::logic_error(fmt::format("there is no list {} for a table", operation));
    return *found;
  };
  for (auto& table : listed_tables()) {
    const auto shown = std::make_shared<const ListedTable>(std::move(table));
    auto list = of(shown->list);
    std::vector<Route> more;
    for (const auto& one : shown->more) more.push_back(of(one.operation));
    Route route;
    route.method = "GET";
    route.pattern = list.pattern + std::string(shown->ending);
    route.operation = shown->operation;
    route.door = list.door;
    route.permission = list.permission;
    route.detail = list.detail;
    route.handler = [shown, list = std::move(list), more = std::move(more)](Context& context,
                                                                            const Request& request) {
      return get_table(context, request, shown, list, more);
    };
    router.add(std::move(route));
  }
}

}  // namespace utsyn::api
