// Portfolios: lists and filters, who shares them, and their figures. Every answer is over what the reader
// sees of them; a portfolio that is not the reader's own nor shared does not exist for them.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/areas.h"
#include "api/portfolio_json.h"
#include "base/text.h"
#include "portfolio/helping.h"
#include "portfolio/leaning.h"

namespace utsyn::api {

namespace json = boost::json;
using access::Detail;
using access::Permission;
using portfolio::Dimension;
using portfolio::Form;
using portfolio::Members;
using portfolio::Refused;
using portfolio::Seen;
using portfolio::View;
using portfolio::WeightBy;
using store::Connection;

ChosenPortfolio chosen_portfolio(Context& context, const Request& request, std::string_view id) {
  if (id == kAllOrganisations) {
    ChosenPortfolio all;
    all.portfolio.id = kAllOrganisations;
    all.portfolio.form = Form::filter;
    return all;
  }
  auto found = context.sql->read([&](Connection& connection) -> std::optional<ChosenPortfolio> {
    auto portfolio = portfolio::portfolio(connection, request.access, id);
    if (!portfolio) return std::nullopt;
    ChosenPortfolio out{std::move(*portfolio), {}};
    if (out.portfolio.form == Form::list) out.listed = portfolio::list_members(connection, id);
    return out;
  });
  if (!found) not_found("portfolio");
  return std::move(*found);
}

Days days_of(const Request& request, UtcTime now) {
  const auto date = [&](std::string_view name, std::int64_t otherwise) {
    const auto given = request.query_value(name);
    if (!given) return otherwise;
    const auto time = given->size() == 10 ? parse_time(*given) : std::nullopt;
    if (!time) wrong_field(name, "Write a date, such as 2026-11-21.");
    return portfolio::day_of(*time);
  };
  const auto today = portfolio::day_of(now);
  const Days days{date("from", today - portfolio::kDailyDays), date("to", today)};
  if (days.from > days.to) wrong_field("from", "The first day must not be after the last.");
  return days;
}

portfolio::Members narrowed_by_query(const Request& request, const portfolio::Table& table, const Seen& seen,
                                     portfolio::Members members) {
  portfolio::Filter filter;
  filter.text = request.query_value("q").value_or("");
  if (filter.text.size() > 200) wrong_field("q", "q has at most 200 characters.");
  const auto given = request.query_value("grade").value_or("");
  for (const auto word : given.empty() ? std::vector<std::string_view>() : split(given, ',')) {
    const auto at = std::ranges::find(score::grade_words, word);
    if (at == score::grade_words.end()) wrong_field("grade", "Choose of A, B, C, D, F and U, comma between.");
    filter.grades.push_back(static_cast<score::Grade>(at - score::grade_words.begin()));
  }
  if (filter == portfolio::Filter{}) return members;
  portfolio::Members out;
  out.rows = portfolio::narrowed(table, seen, filter, members.rows);
  if (!members.weights.empty())
    for (const auto row : out.rows) {
      const auto at = std::ranges::lower_bound(members.rows, row) - members.rows.begin();
      out.weights.push_back(members.weights[static_cast<std::size_t>(at)]);
    }
  return out;
}

Dimension dimension_of(const Request& request) {
  const auto given = request.query_value("by").value_or("county");
  const auto at = std::ranges::find(portfolio::dimension_words, given);
  if (at == portfolio::dimension_words.end())
    wrong_field("by", "Choose county, kostra, sector, population, assets or kind.");
  return static_cast<Dimension>(at - portfolio::dimension_words.begin());
}

std::size_t most_of(const Request& request) {
  return static_cast<std::size_t>(query_integer(request, "most", 1, 100, 10));
}

portfolio::Filter filter_of(const json::value& value, std::string_view pointer) {
  auto filter = portfolio::read_filter(value);
  if (!filter)
    wrong_field(std::string(pointer) + filter.error().pointer,
                "In the filter " + filter.error().detail + ".");
  return std::move(*filter);
}

namespace {

constexpr std::size_t kMostAtOnce = 10'000;  // members in one request
constexpr std::size_t kMostSideBySide = 20;

// The members a reader sees, with the view they are rows of.
struct Opened {
  View view;
  Seen seen;
  Members members;
};
Opened opened(Context& context, const Request& request, const ChosenPortfolio& one) {
  auto view = context.portfolios->view();
  Seen seen(*view, request.access);
  auto members = portfolio::members_of(*view, seen, one.portfolio, one.listed);
  return {std::move(view), std::move(seen), std::move(members)};
}
Opened opened(Context& context, const Request& request) {
  return opened(context, request, chosen_portfolio(context, request, request.parameter("portfolio")));
}

// Over the members a reader sees.
score::PortfolioAnswer figures_of(Context& context, const Request& request, const ChosenPortfolio& one) {
  if (one.portfolio.form == Form::filter && one.portfolio.weight_by == WeightBy::one) {
    const auto view = context.portfolios->view();
    const Seen seen(*view, request.access);
    return context.portfolios->breakdown(view, seen, one.portfolio.filter, Dimension::county)->total;
  }
  const auto [view, seen, members] = opened(context, request, one);
  return portfolio::figures_of(*view, members, seen.authority());
}

json::object all_json(UtcTime now) {
  portfolio::Portfolio all;
  all.id = kAllOrganisations;
  all.form = Form::filter;
  all.created = now;
  all.changed = now;
  auto out = portfolio::portfolio_json(all, "");
  out["created"] = nullptr;
  out["changed"] = nullptr;
  out["own"] = false;
  return out;
}

[[noreturn]] void refuse(Refused refused, std::string_view pointer) {
  switch (refused) {
    case Refused::too_many:
      fail({.status = 422,
            .type = "too-many",
            .title = "Too many",
            .detail =
                "A portfolio has at most 100000 members and 1000 shares, and a user 1000 portfolios. Use a "
                "filter for more members, or remove some.",
            .field = std::string(pointer)});
    case Refused::no_such_organisation:
      wrong_field(pointer, "There is no such organisation among those you see.");
    case Refused::no_such_user:
      wrong_field(pointer, "There is no such user; give a user's id, or * for everybody.");
  }
  wrong_field(pointer, "This cannot be done.");
}

WeightBy weight_by_of(const json::object& body, WeightBy otherwise, Form form,
                      const portfolio::Filter& filter) {
  if (!body.contains("weight_by")) return otherwise;
  const auto word =
      required_choice(body, "weight_by", {"one", "given", "inhabitants", "employees", "criticality"});
  const auto weight = static_cast<WeightBy>(std::ranges::find(portfolio::weight_words, word) -
                                            portfolio::weight_words.begin());
  if (weight == WeightBy::given && form == Form::filter)
    wrong_field("/weight_by", "Only members of a list can be given weights.");
  if (weight == WeightBy::criticality && filter.suppliers_of.empty())
    wrong_field("/weight_by", "Criticality is known of the suppliers of one organisation: add suppliers_of.");
  return weight;
}

std::vector<portfolio::ListMember> members_in(const json::object& body) {
  std::vector<portfolio::ListMember> members;
  const auto* list = body.if_contains("members");
  if (list == nullptr || list->is_null()) return members;
  if (!list->is_array() || list->as_array().size() > kMostAtOnce)
    wrong_field("/members",
                "A list of at most 10000 members is needed; add more one by one, or use a filter.");
  std::set<std::string> seen;
  for (const auto& item : list->as_array()) {
    const auto pointer = "/members/" + std::to_string(members.size());
    if (!item.is_object()) wrong_field(pointer, "A member is an object with organisation and weight.");
    const auto& object = item.as_object();
    only_members(object, {"organisation", "weight"});
    portfolio::ListMember member{required_text(object, "organisation", 200),
                                 optional_integer(object, "weight", 0, portfolio::kHeaviest).value_or(1)};
    if (!seen.insert(member.organisation).second) wrong_field(pointer, "This organisation is named twice.");
    members.push_back(std::move(member));
  }
  return members;
}

Response list_portfolios(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto after = page.after.empty() ? std::string() : page.after.front();
  const auto found = context.sql->read([&](Connection& connection) {
    return portfolio::portfolios(connection, request.access, after, page.limit + 1);
  });
  json::array items;
  std::vector<std::string> next;
  for (const auto& one : found) {
    if (items.size() == page.limit) {
      next = {found[page.limit - 1].id};
      break;
    }
    items.push_back(portfolio::portfolio_json(one, request.access.user));
  }
  return list_response(std::move(items), next);
}

Response create_portfolio(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"name", "description", "form", "filter", "members", "weight_by"});
  portfolio::Portfolio draft;
  draft.name = required_text(body, "name", 200);
  draft.description = optional_text(body, "description", 2000).value_or("");
  draft.form = required_choice(body, "form", {"list", "filter"}) == "filter" ? Form::filter : Form::list;
  const auto* filter = body.if_contains("filter");
  if (draft.form == Form::filter) {
    if (filter == nullptr) wrong_field("/filter", "A filter is needed; {} matches every organisation.");
    if (body.contains("members")) wrong_field("/members", "A filter has no members of its own.");
    draft.filter = filter_of(*filter, "/filter");
  } else if (filter != nullptr) {
    wrong_field("/filter", "A list has members, not a filter.");
  }
  draft.weight_by = weight_by_of(body, WeightBy::one, draft.form, draft.filter);
  const auto members = members_in(body);
  const auto made = context.sql->write([&](Connection& connection) {
    return portfolio::create(connection, context.now(), request.access, draft, members);
  });
  if (!made) refuse(made.error(), "/members");
  return created(portfolio::portfolio_json(*made, request.access.user), "/api/v1/portfolios/" + made->id);
}

Response get_portfolio(Context& context, const Request& request) {
  if (request.parameter("portfolio") == kAllOrganisations) return json_response(all_json(context.now()));
  const auto one = context.sql->read([&](Connection& connection) {
    return portfolio::portfolio(connection, request.access, request.parameter("portfolio"));
  });
  if (!one) not_found("portfolio");
  return json_response(portfolio::portfolio_json(*one, request.access.user));
}

// The portfolio, when the reader may change it.
portfolio::Portfolio changeable(Connection& connection, const Request& request, bool owner_only = false) {
  auto one = portfolio::portfolio(connection, request.access, request.parameter("portfolio"));
  if (!one) not_found("portfolio");
  if (!one->may_edit || (owner_only && one->owner != request.access.user))
    fail(
        {.status = 403,
         .type = "not-yours",
         .title = "Not yours to change",
         .detail = "This portfolio is shared with you for reading; ask its owner, or make one of your own."});
  return std::move(*one);
}

Response update_portfolio(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"name", "description", "filter", "weight_by"});
  const auto after = context.sql->write([&](Connection& connection) {
    auto one = changeable(connection, request);
    if (body.contains("name")) one.name = required_text(body, "name", 200);
    if (body.contains("description")) one.description = optional_text(body, "description", 2000).value_or("");
    if (const auto* filter = body.if_contains("filter")) {
      if (one.form == Form::list) wrong_field("/filter", "A list has members, not a filter.");
      one.filter = filter_of(*filter, "/filter");
    }
    one.weight_by = weight_by_of(body, one.weight_by, one.form, one.filter);
    if (one.weight_by == WeightBy::criticality && one.filter.suppliers_of.empty())
      one.weight_by = WeightBy::one;
    one.changed = context.now();
    portfolio::update(connection, context.now(), request.access, one);
    return one;
  });
  return json_response(portfolio::portfolio_json(after, request.access.user));
}

Response remove_portfolio(Context& context, const Request& request) {
  context.sql->write([&](Connection& connection) {
    const auto one = changeable(connection, request, true);
    portfolio::remove(connection, context.now(), request.access, one.id);
  });
  return no_content();
}

Response list_portfolio_members(Context& context, const Request& request) {
  const auto page = page_of(request);
  const auto sorting = portfolio::sorting_named(request.query_value("sort").value_or("name"));
  if (!sorting)
    wrong_field("sort",
                "Choose id, name, score, population, coverage, measured or overdue, with - before it to "
                "turn the order round.");
  if (!page.after.empty() && page.after.size() != 3) wrong_field("cursor", "This cursor is of another list.");
  auto [view, seen, all] = opened(context, request);
  const auto members = narrowed_by_query(request, *view, seen, std::move(all));
  auto rows = portfolio::sorted_page(*view, seen, members.rows, *sorting, page.after, page.limit + 1);
  std::vector<std::string> next;
  if (rows.size() > page.limit) {
    rows.pop_back();
    next = portfolio::sort_key(*view, seen, rows.back(), *sorting);
  }
  json::array items;
  for (const auto row : rows) {
    auto item = portfolio::organisation_json(*view, seen, row);
    const auto at = std::ranges::lower_bound(members.rows, row) - members.rows.begin();
    item["weight"] = members.weight(static_cast<std::size_t>(at));
    items.push_back(std::move(item));
  }
  return list_response(std::move(items), next, static_cast<std::int64_t>(members.rows.size()));
}

Response put_portfolio_member(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"weight"});
  const portfolio::ListMember member{std::string(request.parameter("organisation")),
                                     optional_integer(body, "weight", 0, portfolio::kHeaviest).value_or(1)};
  const auto done = context.sql->write([&](Connection& connection) {
    const auto one = changeable(connection, request);
    if (one.form == Form::filter)
      fail({.status = 409,
            .type = "conflict",
            .title = "A filter has no members of its own",
            .detail = "Change the filter, or make a list."});
    return portfolio::put_member(connection, context.now(), request.access, one.id, member);
  });
  if (!done) {
    if (done.error() == Refused::no_such_organisation) not_found("organisation");
    refuse(done.error(), "");
  }
  return no_content();
}

Response remove_portfolio_member(Context& context, const Request& request) {
  const bool done = context.sql->write([&](Connection& connection) {
    const auto one = changeable(connection, request);
    return portfolio::remove_member(connection, context.now(), request.access, one.id,
                                    request.parameter("organisation"));
  });
  if (!done) not_found("organisation");
  return no_content();
}

Response list_portfolio_shares(Context& context, const Request& request) {
  const auto all = context.sql->read([&](Connection& connection) {
    const auto one = portfolio::portfolio(connection, request.access, request.parameter("portfolio"));
    if (!one || one->owner != request.access.user) not_found("portfolio");
    return portfolio::shares(connection, one->id);
  });
  json::array items;
  for (const auto& share : all)
    items.push_back(json::object{
        {"user", share.user}, {"may_edit", share.may_edit}, {"since", format_time(share.since)}});
  return list_response(std::move(items), {});
}

Response put_portfolio_share(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"may_edit"});
  const portfolio::Share share{std::string(request.parameter("user")),
                               optional_truth(body, "may_edit").value_or(false), context.now()};
  const auto done = context.sql->write([&](Connection& connection) {
    const auto one = changeable(connection, request, true);
    return portfolio::put_share(connection, context.now(), request.access, one.id, share);
  });
  if (!done) {
    if (done.error() == Refused::no_such_user) not_found("user");
    refuse(done.error(), "");
  }
  return no_content();
}

Response remove_portfolio_share(Context& context, const Request& request) {
  const bool done = context.sql->write([&](Connection& connection) {
    const auto one = changeable(connection, request, true);
    return portfolio::remove_share(connection, context.now(), request.access, one.id,
                                   request.parameter("user"));
  });
  if (!done) not_found("share");
  return no_content();
}

Response get_portfolio_figures(Context& context, const Request& request) {
  return json_response(portfolio::figures_json(
      figures_of(context, request, chosen_portfolio(context, request, request.parameter("portfolio")))));
}

Response get_portfolio_issues(Context& context, const Request& request) {
  const auto most = most_of(request);
  const auto one = chosen_portfolio(context, request, request.parameter("portfolio"));
  if (one.portfolio.form == Form::filter) {
    const auto view = context.portfolios->view();
    const Seen seen(*view, request.access);
    return json_response(
        portfolio::issues_json(*context.portfolios->issues(view, seen, one.portfolio.filter, most)));
  }
  const auto [view, seen, members] = opened(context, request, one);
  return json_response(portfolio::issues_json(portfolio::issues_of(*view, seen, members.rows, most)));
}

Response get_portfolio_issue_history(Context& context, const Request& request) {
  const auto most = most_of(request);
  const auto asked = days_of(request, context.now());
  const portfolio::IssueDays days{asked.from, asked.to, portfolio::day_of(context.now())};
  const auto one = chosen_portfolio(context, request, request.parameter("portfolio"));
  if (one.portfolio.form == Form::filter) {
    const auto view = context.portfolios->view();
    const Seen seen(*view, request.access);
    return json_response(portfolio::issue_history_json(
        *context.portfolios->issue_history(view, seen, one.portfolio.filter, days, most)));
  }
  const auto [view, seen, members] = opened(context, request, one);
  return json_response(
      portfolio::issue_history_json(portfolio::issue_history_of(*view, seen, members.rows, days, most)));
}

Response get_portfolio_movers(Context& context, const Request& request) {
  const auto most = most_of(request);
  const auto days = query_integer(request, "days", 1, 365, 30);
  const auto today = portfolio::day_of(context.now());
  const auto one = chosen_portfolio(context, request, request.parameter("portfolio"));
  if (one.portfolio.form == Form::filter) {
    const auto view = context.portfolios->view();
    const Seen seen(*view, request.access);
    const auto movers = context.portfolios->movers(view, seen, one.portfolio.filter, today, days, most);
    return json_response(portfolio::movers_json(*view, *movers));
  }
  const auto [view, seen, members] = opened(context, request, one);
  return json_response(
      portfolio::movers_json(*view, portfolio::movers_of(*view, members.rows, today, days, most)));
}

Response get_portfolio_history(Context& context, const Request& request) {
  const auto days = days_of(request, context.now());
  const auto one = chosen_portfolio(context, request, request.parameter("portfolio"));
  const auto view = context.portfolios->view();
  const Seen seen(*view, request.access);
  const auto history =
      context.portfolios->history(view, seen, request.access, one.portfolio, one.listed, days.from, days.to);
  return json_response(json::object{{"points", portfolio::history_json(history->points)}});
}

Response get_portfolio_breakdown(Context& context, const Request& request) {
  const auto dimension = dimension_of(request);
  const auto [view, seen, members] = opened(context, request);
  return json_response(portfolio::breakdown_json(
      dimension, portfolio::breakdown_of(*view, members, dimension, seen.authority())));
}

Response get_portfolio_concentration(Context& context, const Request& request) {
  const auto most = most_of(request);
  const auto kind = request.query_value("kind").value_or("supplier");
  if (kind != "supplier" &&
      std::ranges::find(portfolio::leaning_words, kind) == portfolio::leaning_words.end())
    wrong_field("kind",
                fmt::format("kind must be one of: supplier, {}.", fmt::join(portfolio::leaning_words, ", ")));
  const auto [view, seen, members] = opened(context, request);
  return json_response(portfolio::concentration_json(
      kind, portfolio::concentration_of(*view, seen, members.rows, kind, most)));
}

Response get_portfolio_actions(Context& context, const Request& request) {
  const auto most = most_of(request);
  const auto customers = [&] {
    const auto [view, seen, members] = opened(context, request);
    return portfolio::customers_among(*view, seen, members.rows, portfolio::kMostCustomers);
  }();
  auto helps = context.sql->read(
      [&](Connection& connection) { return portfolio::helps_for(connection, customers.taken, most); });
  for (auto& help : helps)
    if (!request.access.sees(help.supplier)) help.supplier.clear();
  return json_response(portfolio::helps_json(helps, customers));
}

Response preview_filter(Context& context, const Request& request) {
  const auto& body = body_object(request);
  only_members(body, {"filter", "weight_by"});
  const auto* filter = body.if_contains("filter");
  if (filter == nullptr) wrong_field("/filter", "A filter is needed; {} matches every organisation.");
  ChosenPortfolio one;
  one.portfolio.form = Form::filter;
  one.portfolio.filter = filter_of(*filter, "/filter");
  one.portfolio.weight_by = weight_by_of(body, WeightBy::one, Form::filter, one.portfolio.filter);
  return json_response(portfolio::figures_json(figures_of(context, request, one)));
}

// Portfolios and organisations side by side, in the order asked for.
Response compare(Context& context, const Request& request) {
  std::vector<ChosenPortfolio> portfolios;
  std::vector<std::string> organisations;
  for (auto [at, end] = request.query.equal_range("portfolio"); at != end; ++at)
    if (portfolios.size() <= kMostSideBySide)
      portfolios.push_back(chosen_portfolio(context, request, at->second));
  for (auto [at, end] = request.query.equal_range("organisation"); at != end; ++at)
    organisations.push_back(at->second);
  const auto count = portfolios.size() + organisations.size();
  if (count < 2 || count > kMostSideBySide)
    wrong_field("portfolio", "Name two to twenty portfolios and organisations to hold side by side.");
  const auto view = context.portfolios->view();
  const Seen seen(*view, request.access);
  json::array sides;
  for (const auto& one : portfolios) {
    const auto members = portfolio::members_of(*view, seen, one.portfolio, one.listed);
    auto side = portfolio::figures_json(portfolio::figures_of(*view, members, seen.authority()));
    side["portfolio"] = one.portfolio.id;
    side["name"] = one.portfolio.name;
    sides.push_back(std::move(side));
  }
  json::array single;
  for (const auto& id : organisations) {
    const auto row = view->find(id);
    if (!row || !seen.sees(*row)) not_found("organisation");
    single.push_back(portfolio::organisation_json(*view, seen, *row));
  }
  return json_response(json::object{{"portfolios", std::move(sides)}, {"organisations", std::move(single)}});
}

Response get_peers(Context& context, const Request& request) {
  const auto view = context.portfolios->view();
  const Seen seen(*view, request.access);
  const auto row = view->find(request.parameter("organisation"));
  if (!row || !seen.sees(*row)) not_found("organisation");
  return json_response(
      portfolio::peers_json(*view, *row, portfolio::peers_of(*view, seen, *row, context.now())));
}

}  // namespace

void add_portfolio_routes(Router& router) {
  const auto add = [&](std::string method, const std::string& path, std::string operation, Handler handler,
                       Permission permission = Permission::read, Detail detail = Detail::none,
                       std::size_t body_limit = 256 * 1024) {
    router.add({.method = std::move(method),
                .pattern = "/api/v1" + path,
                .operation = std::move(operation),
                .permission = permission,
                .detail = detail,
                .handler = std::move(handler),
                .body_limit = body_limit});
  };
  constexpr auto manage = Permission::manage_portfolios;
  add("GET", "/portfolios", "listPortfolios", list_portfolios);
  add("POST", "/portfolios", "createPortfolio", create_portfolio, manage, Detail::none, 2 * 1024 * 1024);
  add("GET", "/portfolios/{portfolio}", "getPortfolio", get_portfolio);
  add("PATCH", "/portfolios/{portfolio}", "updatePortfolio", update_portfolio, manage);
  add("DELETE", "/portfolios/{portfolio}", "removePortfolio", remove_portfolio, manage);
  add("GET", "/portfolios/{portfolio}/members", "listPortfolioMembers", list_portfolio_members);
  add("PUT", "/portfolios/{portfolio}/members/{organisation}", "putPortfolioMember", put_portfolio_member,
      manage, Detail::score);
  add("DELETE", "/portfolios/{portfolio}/members/{organisation}", "removePortfolioMember",
      remove_portfolio_member, manage, Detail::score);
  add("GET", "/portfolios/{portfolio}/shares", "listPortfolioShares", list_portfolio_shares);
  add("PUT", "/portfolios/{portfolio}/shares/{user}", "putPortfolioShare", put_portfolio_share, manage);
  add("DELETE", "/portfolios/{portfolio}/shares/{user}", "removePortfolioShare", remove_portfolio_share,
      manage);
  add("GET", "/portfolios/{portfolio}/figures", "getPortfolioFigures", get_portfolio_figures);
  add("GET", "/portfolios/{portfolio}/issues", "getPortfolioIssues", get_portfolio_issues);
  add("GET", "/portfolios/{portfolio}/issues/history", "getPortfolioIssueHistory",
      get_portfolio_issue_history);
  add("GET", "/portfolios/{portfolio}/movers", "getPortfolioMovers", get_portfolio_movers);
  add("GET", "/portfolios/{portfolio}/history", "getPortfolioHistory", get_portfolio_history);
  add("GET", "/portfolios/{portfolio}/breakdown", "getPortfolioBreakdown", get_portfolio_breakdown);
  add("GET", "/portfolios/{portfolio}/concentration", "getPortfolioConcentration",
      get_portfolio_concentration);
  add("GET", "/portfolios/{portfolio}/actions", "getPortfolioActions", get_portfolio_actions);
  add("POST", "/portfolio-preview", "previewFilter", preview_filter);
  add("GET", "/comparison", "compareSideBySide", compare);
  add("GET", "/organisations/{organisation}/peers", "getPeers", get_peers, Permission::read, Detail::score);
}

}  // namespace utsyn::api
