#include "portfolio/json.h"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "access/access.h"

namespace utsyn::portfolio {
namespace {

namespace json = boost::json;
using access::Detail;

json::string words(std::string_view word) { return json::string(word); }
json::value maybe(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value();
}
json::value maybe_word(const Words& all, std::uint16_t word) {
  return word == kNone ? json::value() : json::value(all.text(word));
}
json::value maybe_number(std::uint32_t number) {
  return number == kNoNumber ? json::value() : json::value(number);
}
json::value maybe_time(const std::optional<UtcTime>& time) {
  return time ? json::value(format_time(*time)) : json::value();
}
json::value maybe_text(const std::string& text) { return text.empty() ? json::value() : json::value(text); }

json::object mover_json(const Table& table, const Mover& mover) {
  return {{"organisation", table.id[mover.row]},
          {"name", table.name[mover.row]},
          {"then_cp", mover.then_cp},
          {"now_cp", mover.now_cp},
          {"change_cp", mover.now_cp - mover.then_cp}};
}

json::array issue_list(const std::vector<Issue>& issues) {
  json::array out;
  for (const auto& issue : issues)
    out.push_back(json::object{{"check", issue.check},
                               {"severity", boost::describe::enum_to_string(issue.severity, "?")},
                               {"organisations", issue.organisations},
                               {"share", issue.share}});
  return out;
}

}  // namespace

std::string day_text(std::int64_t day) { return format_time(from_unix(day * 86'400)).substr(0, 10); }

json::object figures_json(const score::PortfolioAnswer& answer) {
  json::object out{{"members", answer.members}, {"suppressed", answer.suppressed}, {"figures", nullptr}};
  if (!answer.figures) return out;
  const auto& figures = *answer.figures;
  json::object grades;
  for (std::size_t grade = 0; grade < figures.grades.size(); ++grade)
    grades[score::grade_words[grade]] = figures.grades[grade];
  json::value interval;
  if (figures.median_interval_cp)
    interval = json::array{(*figures.median_interval_cp)[0], (*figures.median_interval_cp)[1]};
  out["figures"] = json::object{{"rated", figures.rated},
                                {"unrated", figures.unrated},
                                {"mean_cp", figures.mean_cp},
                                {"median_cp", figures.median_cp},
                                {"weighted_cp", maybe(figures.weighted_cp)},
                                {"p10_cp", figures.p10_cp},
                                {"p25_cp", figures.p25_cp},
                                {"p75_cp", figures.p75_cp},
                                {"p90_cp", figures.p90_cp},
                                {"median_interval_cp", interval},
                                {"grades", grades},
                                {"gate_share", maybe(figures.gate_share)},
                                {"median_overdue_days", maybe(figures.median_overdue_days)},
                                {"mean_coverage", figures.mean_coverage},
                                {"inhabitants_d_f", figures.inhabitants_d_f}};
  return out;
}

json::object issues_json(const Issues& issues) {
  json::object out{{"measured", issues.measured}, {"suppressed", issues.suppressed}};
  out["open_gates"] = issues.suppressed ? json::value() : json::value(issues.open_gates);
  out["critical_findings"] = issues.suppressed ? json::value() : json::value(issues.critical);
  out["high_findings"] = issues.suppressed ? json::value() : json::value(issues.high);
  out["most_critical"] = issue_list(issues.most_critical);
  out["most_common"] = issue_list(issues.most_common);
  return out;
}

json::object issue_history_json(const IssueHistory& history) {
  json::array days;
  for (const auto& day : history.days)
    days.push_back(
        json::object{{"day", day_text(day.day)}, {"measured", day.measured}, {"suppressed", day.suppressed}});
  json::array issues;
  for (std::size_t check = 0; check < history.checks.size(); ++check) {
    json::array organisations;
    json::array share;
    for (const auto& day : history.days) {
      organisations.push_back(day.suppressed ? json::value() : json::value(day.organisations[check]));
      share.push_back(day.suppressed ? json::value() : json::value(day.share(check)));
    }
    issues.push_back(
        json::object{{"check", history.checks[check].id},
                     {"severity", boost::describe::enum_to_string(history.checks[check].severity, "?")},
                     {"organisations", std::move(organisations)},
                     {"share", std::move(share)}});
  }
  return {{"days", std::move(days)}, {"issues", std::move(issues)}};
}

json::object movers_json(const Table& table, const Movers& movers) {
  json::object out;
  json::array worst;
  for (const auto row : movers.worst)
    worst.push_back(json::object{{"organisation", table.id[row]},
                                 {"name", table.name[row]},
                                 {"score_cp", table.score_cp[row]},
                                 {"grade", score::grade_words[table.grade[row]]}});
  json::array improved;
  json::array worsened;
  for (const auto& mover : movers.improved) improved.push_back(mover_json(table, mover));
  for (const auto& mover : movers.worsened) worsened.push_back(mover_json(table, mover));
  out["since"] = movers.since_day ? json::value(day_text(*movers.since_day)) : json::value();
  out["worst"] = std::move(worst);
  out["improved"] = std::move(improved);
  out["worsened"] = std::move(worsened);
  return out;
}

json::array history_json(const std::vector<HistoryPoint>& points) {
  json::array out;
  for (const auto& point : points) {
    json::object each{{"day", day_text(point.day)},
                      {"members", point.answer.members},
                      {"suppressed", point.answer.suppressed},
                      {"figures", nullptr}};
    if (point.answer.figures) {
      const auto& figures = *point.answer.figures;
      json::object grades;
      for (std::size_t grade = 0; grade < figures.grades.size(); ++grade)
        grades[score::grade_words[grade]] = figures.grades[grade];
      each["figures"] = json::object{{"rated", figures.rated},
                                     {"mean_cp", figures.mean_cp},
                                     {"median_cp", figures.median_cp},
                                     {"weighted_cp", maybe(figures.weighted_cp)},
                                     {"p10_cp", figures.p10_cp},
                                     {"p25_cp", figures.p25_cp},
                                     {"p75_cp", figures.p75_cp},
                                     {"p90_cp", figures.p90_cp},
                                     {"grades", grades},
                                     {"open_gates", nullptr},
                                     {"median_overdue_days", nullptr}};
      if (point.trouble) {
        auto& shown = each["figures"].as_object();
        shown["open_gates"] = point.trouble->open_gates;
        shown["median_overdue_days"] = point.trouble->median_overdue_days;
      }
    }
    out.push_back(std::move(each));
  }
  return out;
}

json::object breakdown_json(Dimension dimension, const Breakdown& breakdown) {
  json::array cells;
  for (const auto& cell : breakdown.cells) {
    auto each = figures_json(cell.answer);
    each["key"] = cell.key;
    cells.push_back(std::move(each));
  }
  return {
      {"by", words(word(dimension))}, {"total", figures_json(breakdown.total)}, {"cells", std::move(cells)}};
}

json::object peers_json(const Table& table, RowNumber row, const std::vector<Peers>& peers) {
  json::array groups;
  for (const auto& peer : peers) {
    json::object each{{"group", words(peer_group_words[static_cast<std::size_t>(peer.group)])},
                      {"key", peer.key},
                      {"suppressed", peer.suppressed},
                      {"figures", nullptr}};
    if (!peer.suppressed && peer.n > 0)
      each["figures"] = json::object{{"n", peer.n},
                                     {"median_cp", peer.median_cp},
                                     {"p25_cp", peer.p25_cp},
                                     {"p75_cp", peer.p75_cp},
                                     {"percentile", maybe(peer.percentile)}};
    groups.push_back(std::move(each));
  }
  return {{"organisation", table.id[row]},
          {"kind", words(score::kind_words[table.kind[row]])},
          {"score_cp", table.rated(row) ? json::value(table.score_cp[row]) : json::value()},
          {"grade", words(score::grade_words[table.grade[row]])},
          {"groups", std::move(groups)}};
}

json::object concentration_json(std::string_view kind, const Concentrations& concentrations) {
  json::array most;
  for (const auto& one : concentrations.most)
    most.push_back(json::object{{"name", one.name},
                                {"supplier", maybe_text(one.supplier)},
                                {"organisations", one.organisations},
                                {"inhabitants", one.inhabitants},
                                {"share", one.share}});
  return {{"kind", words(kind)},
          {"members", concentrations.members},
          {"suppressed", concentrations.suppressed},
          {"most", std::move(most)}};
}

json::object helps_json(const std::vector<Help>& helps, const Customers& customers) {
  json::array actions;
  for (const auto& help : helps)
    actions.push_back(json::object{{"operator", help.operator_domain},
                                   {"supplier", maybe_text(help.supplier)},
                                   {"check", help.check},
                                   {"customers", help.customers},
                                   {"findings", help.findings},
                                   {"inhabitants", help.inhabitants},
                                   {"gain_cp", help.gain_cp},
                                   {"gain_cp_inhabitants", help.gain_cp_inhabitants}});
  return {{"members", customers.taken.size()},
          {"members_left_out", customers.left_out},
          {"actions", std::move(actions)}};
}

json::object portfolio_json(const Portfolio& portfolio, std::string_view reader) {
  return {{"id", portfolio.id},
          {"name", portfolio.name},
          {"description", portfolio.description},
          {"form", portfolio.form == Form::filter ? "filter" : "list"},
          {"filter",
           portfolio.form == Form::filter ? json::value(write_filter(portfolio.filter)) : json::value()},
          {"weight_by", words(weight_words[static_cast<std::size_t>(portfolio.weight_by)])},
          {"own", portfolio.owner == reader},
          {"may_edit", portfolio.may_edit},
          {"created", format_time(portfolio.created)},
          {"changed", format_time(portfolio.changed)}};
}

json::object consent_json(const Consent& consent, UtcTime now) {
  return {{"id", consent.id},
          {"organisation", consent.organisation},
          {"scope", words(scope_words[static_cast<std::size_t>(consent.scope)])},
          {"recipient", consent.recipient},
          {"for", words(for_words[static_cast<std::size_t>(consent.who())])},
          {"body", consent.who() == For::body ? json::value(consent.body) : json::value()},
          {"given_by", consent.given_by},
          {"way", words(way_words[static_cast<std::size_t>(consent.way)])},
          {"recorded_by", consent.recorded_by},
          {"from", format_time(consent.from)},
          {"until", maybe_time(consent.until)},
          {"recorded", format_time(consent.recorded)},
          {"withdrawn", maybe_time(consent.withdrawn)},
          {"in_force", consent.in_force(now)}};
}

json::object organisation_json(const Table& table, const Seen& seen, RowNumber row) {
  const bool rated = table.rated(row);
  json::object out{
      {"organisation", table.id[row]},
      {"name", table.name[row]},
      {"number", table.number[row].empty() ? json::value() : json::value(words(table.number[row]))},
      {"kind", words(score::kind_words[table.kind[row]])},
      {"county", maybe_word(table.words, table.county[row])},
      {"municipality", maybe_word(table.words, table.municipality[row])},
      {"kostra", maybe_word(table.words, table.kostra[row])},
      {"sector", maybe_word(table.words, table.sector[row])},
      {"population", maybe_number(table.population[row])},
      {"employees", maybe_number(table.employees[row])},
      {"measured",
       table.measured[row] == 0 ? json::value() : json::value(format_time(from_unix(table.measured[row])))},
      {"grade", words(score::grade_words[table.grade[row]])},
      {"score_cp", rated ? json::value(table.score_cp[row]) : json::value()},
      {"managed_cp", rated ? json::value(table.managed_cp[row]) : json::value()},
      {"coverage", table.coverage[row]},
      {"findings", nullptr}};
  if (seen.detail(row) >= Detail::findings && table.measured[row] != 0) {
    const auto& counts = table.by_severity[row];
    out["findings"] =
        json::object{{"critical", counts[0]},
                     {"high", counts[1]},
                     {"medium", counts[2]},
                     {"low", counts[3]},
                     {"overdue_days", table.overdue_days[row]},
                     {"gate", table.gated[row] == 0 ? json::value() : json::value(table.gate[row])}};
  }
  return out;
}

}  // namespace utsyn::portfolio
