#include "report/board_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>

#include "base/text.h"
#include "followup/working_days.h"
#include "report/board_decisions.h"
#include "report/board_plots.h"
#include "report/board_words.h"
#include "report/terminal.h"
#include "score/split.h"

namespace utsyn::data {
std::string_view report_json();
}

namespace utsyn::report {
namespace {

namespace json = boost::json;

constexpr std::string_view kThinBlank = "\u202F";  // between a number and its unit

// --- the parts of the first page

std::string head_html(const BoardReport& report, const Words& words) {
  std::string right = "Utsyn";
  if (report.scored)
    right += " · " + escaped(report.method) + "<br/>" + words("coverage", words.share(report.coverage));
  auto under = "<strong>" + escaped(shortened(report.name, 110)) + "</strong>. ";
  if (report.scored) under += words("measured", words.day(report.measured)) + " ";
  under += words("made", words.day(report.made)) + ".";
  return fmt::format(
      R"(<div class="row"><div class="cell wide"><p class="quiet">{}</p><h1>{}</h1><p class="who">{}</p></div><div class="cell corner"><p class="quiet">{}</p></div></div>)",
      words("kind"), words("title"), under, right);
}

std::string number_html(std::string_view heading, std::string_view number, std::string_view below) {
  return fmt::format(R"(<div class="cell third"><h2>{}</h2><p class="number">{}</p><p>{}</p></div>)", heading,
                     number, below);
}

std::string score_number(const BoardReport& report, const Words& words) {
  std::string below;
  if (report.target_cp) below += words("score_target", words.points(*report.target_cp)) + " ";
  below += words("score_interval", words.points(report.low_cp), words.points(report.high_cp)) + "<br/>";
  if (report.trend.size() < 2) {
    below += words("score_first");
  } else {
    const auto& first = report.trend.front();
    const auto moved = report.score_cp / 10 - first.score_cp / 10;  // as the two numbers are shown
    if (moved == 0)
      below += words("score_same", words.day(first.time));
    else
      below += words(moved > 0 ? "score_up" : "score_down", words.points(std::abs(moved) * 10),
                     words.day(first.time));
  }
  return number_html(words("score"),
                     grade_mark(report.grade, 38, words) + " " + words.points(report.score_cp), below);
}

std::string serious_number(const BoardReport& report, const Words& words) {
  std::string below;
  if (report.serious == 0)
    below = words("serious_none");
  else
    below = words("serious_of", report.serious);
  if (report.oldest_days > 0)
    below += " " + words("serious_oldest", words.counted("days", report.oldest_days));
  return number_html(words("serious_overdue"), std::to_string(report.serious_overdue), below);
}

std::string peers_number(const BoardReport& report, const Words& words) {
  if (report.peers.empty() || !report.peers.front().percentile)
    return number_html(words("peers"), "–", words("peers_none"));
  const auto& peers = report.peers.front();
  return number_html(words("peers"), words.points(peers.median_cp),
                     escaped(words.plain("median") + ", " + group_name(peers, words)) + ". " +
                         words("peers_place", *peers.percentile, peers.n));
}

std::string supplier_number(const BoardReport& report, const Words& words) {
  if (report.suppliers_total == 0) return number_html(words("suppliers_below"), "–", words("suppliers_none"));
  const auto number = fmt::format(R"({} <span class="of">{}</span>)", report.suppliers_below,
                                  words("suppliers_of", report.suppliers_total));
  auto below = words("suppliers_level");
  if (report.suppliers_unrated > 0) below += " " + words("suppliers_unmeasured", report.suppliers_unrated);
  return number_html(words("suppliers_below"), number, below);
}

// What lacks in 100, and the losses, as one decimal shows them: every row to the nearest tenth that lets all
// of them add up to what lacks in the score as it is shown.
std::int64_t lacking_cp(const BoardReport& report) {
  return score::full_score_cp - report.score_cp / 10 * 10;
}
std::vector<std::int64_t> shown_losses(const BoardReport& report) {
  std::vector<score::Share> shares;
  shares.reserve(report.losses.size());
  for (const auto& [area, cp] : report.losses) shares.push_back({area, static_cast<score::U128>(cp)});
  auto out = score::split(lacking_cp(report) / 10, shares);
  for (auto& tenths : out) tenths *= 10;
  return out;
}

std::string loss_row(const std::string& name, std::int64_t cp, const Words& words) {
  return fmt::format(R"(<tr><th scope="row">{}</th><td class="n">{}</td></tr>)", name, words.gain(-cp));
}

std::string losses_html(const BoardReport& report, const Words& words, std::size_t most) {
  if (report.losses.empty()) return "<p>" + words("losses_none") + "</p>";
  const auto shown = shown_losses(report);
  if (shown.size() <= most + 1) most = shown.size();  // one row more says more than "the rest"
  std::string rows;
  std::int64_t rest = 0;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (i < most)
      rows += loss_row(area_name(report.losses[i].first, words), shown[i], words);
    else
      rest += shown[i];
  }
  if (most < shown.size()) rows += loss_row(words("losses_rest"), rest, words);
  return fmt::format(
      R"(<table><thead class="unseen"><tr><th scope="col">{}</th><th scope="col" class="n">{}</th></tr></thead><tbody>{}</tbody></table><p class="small">{}</p>)",
      words("area"), words("points"), rows, words("losses_note", words.points(lacking_cp(report))));
}

std::string since_html(const BoardReport& report, const Words& words) {
  std::string out;
  if (report.opened == 0 && report.closed == 0)
    out = words("since_none");
  else
    out = words("since_text", words.counted("findings", report.closed), report.opened);
  if (report.accepted > 0) out += " " + words("since_accepted", words.counted("findings", report.accepted));
  return out;
}

std::string foot_html(const BoardReport& report, const Words& words) {
  return report.exemption.empty() ? words("exempt_consider")
                                  : words("exempt", shortened(report.exemption, 160));
}

std::string first_page(const BoardReport& report, const Words& words) {
  std::string out = head_html(report, words);
  if (!report.scored)
    return out +
           fmt::format(R"(<p class="lead rule">{}</p>)", words("not_measured", shortened(report.name, 110)));
  const auto [first, second] = lead_of(report);
  out += fmt::format(R"(<p class="lead rule"><strong>{}</strong> {}</p>)", escaped(first), escaped(second));
  out += R"(<div class="row rule">)" + score_number(report, words) +
         (report.with_findings ? serious_number(report, words) : peers_number(report, words)) +
         supplier_number(report, words) + "</div>";
  out += fmt::format(
      R"(<div class="row rule"><div class="cell left"><h2>{}</h2>{}<p class="small">{}</p></div><div class="cell right"><h2>{}</h2>{}<p class="small">{}</p><h2 class="gap">{}</h2>{}</div></div>)",
      words("trend"), figure(trend_svg(report, words, 350, 184), trend_alternative(report, words)),
      words("trend_note", report.trend.size()), words("against"),
      figure(bullet_svg(report, 300),
             words.plain("against_alt", words.points(report.score_cp)) + " " + against_text(report, words)),
      escaped(against_text(report, words)), words("losses"), losses_html(report, words, 3));
  out += R"(<div class="rule strong">)" + decisions_html(report, words) + "</div>";
  const auto limits = fmt::format("<h2>{}</h2><p>{}</p>", words("limits"),
                                  words("limits_text", words.share(not_measured(report))));
  if (report.with_findings)
    out += fmt::format(
        R"(<div class="row rule"><div class="cell some"><h2>{}</h2><p>{}</p></div><div class="cell half last">{}</div></div>)",
        words("since", words.day(report.changes_since)), since_html(report, words), limits);
  else
    out += R"(<div class="rule">)" + limits + "</div>";
  return out;
}

// --- the other four

std::string table(std::string_view caption, const std::vector<std::pair<std::string, bool>>& columns,
                  const std::string& rows, std::string_view kind = "full") {
  std::string head;
  for (const auto& [name, number] : columns)
    head += fmt::format(R"(<th scope="col"{}>{}</th>)", number ? R"( class="n")" : "", name);
  return fmt::format(
      R"(<table class="{}"><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>)", kind,
      caption, head, rows);
}

std::string history_page(const BoardReport& report, const Words& words) {
  std::string out = "<h2 class=\"page\">" + words("history") + "</h2>";
  out += figure(trend_svg(report, words, 660, 176), trend_alternative(report, words));
  std::string rows;
  const auto months = months_of(report);
  for (std::size_t i = 0; i < months.size(); ++i) {
    const auto& [month, point] = months[i];
    if (point == nullptr) {  // months on end without a measurement are one line
      auto name = month_text(month, words);
      const auto first = i;
      while (i + 1 < months.size() && months[i + 1].second == nullptr) ++i;
      if (i > first) name += " – " + month_text(months[i].first, words);
      rows +=
          fmt::format(R"(<tr><th scope="row">{}</th><td class="n">–</td><td class="n">{}</td><td></td></tr>)",
                      name, words("month_none"));
    } else {
      rows += fmt::format(
          R"(<tr><th scope="row">{}</th><td class="n">{}</td><td class="n">{}–{}</td><td>{}</td></tr>)",
          month_text(month, words), words.points(point->score_cp), words.points(point->low_cp),
          words.points(point->high_cp), escaped(point->method));
    }
  }
  out += table(
      words("history_caption"),
      {{words("month"), false}, {words("score"), true}, {words("interval"), true}, {words("method"), false}},
      rows);
  if (report.peers.empty()) {
    out += "<p class=\"gap\">" + words("peers_none") + "</p>";
  } else {
    rows.clear();
    for (const auto& peers : report.peers)
      rows += fmt::format(
          R"(<tr><th scope="row">{}</th><td class="n">{}</td><td class="n">{}</td><td class="n">{}–{}</td><td class="n">{}</td></tr>)",
          escaped(group_name(peers, words)), peers.n, words.points(peers.median_cp),
          words.points(peers.p25_cp), words.points(peers.p75_cp),
          peers.percentile ? fmt::format("{}{}%", *peers.percentile, kThinBlank) : std::string("–"));
    out += table(words("peers_caption"),
                 {{words("group"), false},
                  {"n", true},
                  {words("median"), true},
                  {words("middle"), true},
                  {words("lower"), true}},
                 rows);
  }
  rows.clear();
  const auto shown = shown_losses(report);
  for (std::size_t i = 0; i < shown.size(); ++i)
    rows += loss_row(area_name(report.losses[i].first, words), shown[i], words);
  if (!rows.empty()) rows += loss_row(words("losses_sum"), lacking_cp(report), words);
  if (rows.empty()) return out + "<p class=\"gap\">" + words("losses_none") + "</p>";
  return out + table(words("losses_caption"), {{words("area"), false}, {words("loss"), true}}, rows);
}

std::string actions_page(const BoardReport& report, const Words& words) {
  constexpr std::size_t most = 10;
  std::string out = "<h2 class=\"page\">" + words("actions") + "</h2>";
  if (report.actions.empty()) return out + "<p>" + words("decisions_none") + "</p>";
  out += "<p>" + words("actions_note") + "</p>";
  std::string rows;
  for (std::size_t i = 0; i < std::min(most, report.actions.size()); ++i) {
    const auto& action = report.actions[i];
    rows += fmt::format(
        R"(<tr><td class="n">{}</td><th scope="row">{}</th><td>{}</td><td class="n">{}</td><td class="n">{}</td><td class="n">{}</td><td class="n">{}</td></tr>)",
        i + 1, escaped(shortened(action.title, 110)), escaped(first_step(action.remedy, 220)),
        action.findings, action.due ? words.day(*action.due) : std::string("–"), words.gain(action.gain_cp),
        escaped(short_work(action.minutes, words)));
  }
  out += table(words("actions_caption"),
               {{"#", true},
                {words("action"), false},
                {words("how"), false},
                {words("count"), true},
                {words("due"), true},
                {words("points"), true},
                {words("work"), true}},
               rows, "full actions");
  if (report.actions.size() > most)
    out += "<p class=\"small\">" + words("more", report.actions.size() - most) + "</p>";
  return out;
}

std::string late_page(const BoardReport& report, const Words& words) {
  constexpr std::size_t most = 10;
  constexpr std::size_t most_suppliers = 7;
  std::string out = "<h2 class=\"page\">" + words("late") + "</h2>";
  std::string rows;
  for (std::size_t i = 0; i < std::min(most, report.late.size()); ++i) {
    const auto& late = report.late[i];
    rows += fmt::format(
        R"(<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td class="n">{}</td><td class="n">{}</td></tr>)",
        escaped(shortened(late.title, 80)), escaped(shortened(late.asset, 60)),
        words(boost::describe::enum_to_string(late.severity, "info")), words.day(late.due), late.days);
  }
  if (rows.empty())
    out += "<p>" + words("late_none") + "</p>";
  else
    out += table(words("late_caption"),
                 {{words("finding"), false},
                  {words("where"), false},
                  {words("severity"), false},
                  {words("due"), true},
                  {words("days_late"), true}},
                 rows);
  const auto shown = std::min(most, report.late.size());
  if (report.late_total > shown)
    out += "<p class=\"small\">" + words("more", report.late_total - shown) + "</p>";

  out += "<h2 class=\"gap\">" + words("suppliers") + "</h2>";
  if (report.suppliers_total == 0) return out + "<p>" + words("suppliers_none") + "</p>";
  rows.clear();
  // Those without a score come last; when they are many, one line names them.
  const auto unrated = std::ranges::find_if(
      report.suppliers, [](const BoardReport::Supplier& supplier) { return !supplier.score_cp; });
  const bool named = report.suppliers.end() - unrated > 2;
  std::size_t suppliers = 0;
  for (auto one = report.suppliers.begin(); one != (named ? unrated : report.suppliers.end()); ++one) {
    if (suppliers == most_suppliers) break;
    ++suppliers;
    const auto& supplier = *one;
    rows += fmt::format(
        R"(<tr><th scope="row">{}</th><td>{}</td><td>{}</td><td class="n">{}</td><td class="n">{}</td></tr>)",
        escaped(shortened(supplier.name, 80)),
        words("importance_" + std::to_string(supplier.criticality >= 4   ? 4
                                             : supplier.criticality >= 2 ? 2
                                                                         : 1)),
        escaped(supplier.score_cp ? supplier.grade : "–"),
        supplier.score_cp ? words.points(*supplier.score_cp) : words("unrated"),
        supplier.measured ? words.day(*supplier.measured) : std::string("–"));
  }
  if (!rows.empty())
    out += table(words("suppliers_caption"),
                 {{words("supplier"), false},
                  {words("importance"), false},
                  {words("grade"), false},
                  {words("score"), true},
                  {words("when"), true}},
                 rows);
  if (named) {
    constexpr std::size_t most_named = 12;
    std::string names;
    std::size_t more = 0;
    for (auto one = unrated; one != report.suppliers.end(); ++one) {
      if (more++ == most_named) break;
      names += (names.empty() ? "" : ", ") + shortened(one->name, 60);
      ++suppliers;
    }
    out += "<p class=\"gap\">" + words("suppliers_unrated", names) + "</p>";
  }
  if (report.suppliers_total > suppliers)
    out += "<p class=\"small\">" + words("more", report.suppliers_total - suppliers) + "</p>";
  return out;
}

std::string about_page(const BoardReport& report, const Words& words) {
  std::string out = "<h2 class=\"page\">" + words("about") + "</h2>";
  const auto part = [&](std::string_view heading, const std::string& text) {
    out += fmt::format("<h3>{}</h3><p>{}</p>", words(heading), text);
  };
  part("about_method", words("about_method_text", report.method));
  part("about_constants", words("about_constants_text"));
  part("about_coverage",
       words("about_coverage_text", report.assets, words.day(report.measured), words.share(report.coverage),
             words.share(score::rated_coverage), words.plain("confidence_" + report.confidence)));
  out += "<h3>" + words("about_grades") + "</h3>";
  std::string rows;
  for (std::size_t i = 0; i < kGrades.size(); ++i)
    rows += fmt::format(R"(<tr><th scope="row">{}</th><td class="n">{}</td></tr>)", kGrades[i],
                        words.points(kFrom[i]));
  rows += fmt::format(R"(<tr><th scope="row">U</th><td class="n">{}</td></tr>)", words("grades_u"));
  out += table(words("grades_caption"), {{words("grade"), false}, {words("grades_from"), true}}, rows);
  part("about_words", words("about_words_text"));
  part("limits", words("limits_text", words.share(not_measured(report))));
  if (!report.link.empty()) out += "<p class=\"gap\">" + words("about_source", report.link) + "</p>";
  return out;
}

const std::string& style_sheet() {
  static const std::string css(json::parse(data::report_json()).at("board").as_string());
  return css;
}

}  // namespace

std::string signed_points(std::int64_t cp, Language language) {
  const auto size = std::abs(cp);
  const std::string sign = cp < 0 ? "−" : "+";
  if (size == 0) return decimal(0, language);
  if (size < 10)
    return sign + (language == Language::en ? "0.0" : "0,0") + std::to_string(size);  // two decimals
  return sign + decimal(size / 10, language);
}

std::string percent(std::int64_t hundredths, Language language) {
  return decimal(hundredths / 10, language) +
         (language == Language::en ? "%" : std::string(kThinBlank) + "%");
}

std::string day_text(UtcTime time, Language language) {
  const auto date = followup::oslo_date(time);
  const auto day = static_cast<unsigned>(date.day());
  const auto month = static_cast<unsigned>(date.month());
  if (language == Language::en)
    return fmt::format("{} {} {}", day, month_name(month, language), static_cast<int>(date.year()));
  return fmt::format("{:02}.{:02}.{}", day, month, static_cast<int>(date.year()));
}

std::string escaped(std::string_view text) {
  if (!valid_utf8(text)) return escaped(printable(text, text.size() * 4));
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        // XML knows no other control characters than these.
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\n') || c == 0x7F)
          out += "\uFFFD";
        else
          out += c;
    }
  }
  return out;
}

std::pair<std::string, std::string> lead_of(const BoardReport& report) {
  const Words words(report.language);
  std::string first;
  if (report.grade == "U") {
    first = words.plain("lead_unrated", words.share(report.coverage));
  } else {
    const auto now = words.points(report.score_cp);
    if (!report.target_cp) {
      first = words.plain("lead_grade", now, report.grade);
    } else if (report.score_cp >= *report.target_cp) {
      first = words.plain("lead_target_met", now, report.grade, words.points(*report.target_cp));
    } else {
      const auto missing = *report.target_cp / 10 - report.score_cp / 10;
      const auto distance =
          missing == 10 ? words.plain("points_one") : words.plain("points_text", words.points(missing * 10));
      first = words.plain("lead_target_missed", now, report.grade, distance, words.points(*report.target_cp));
    }
    if (report.peers.empty()) {
      first += ".";
    } else {
      const auto median = report.peers.front().median_cp / 10;
      const auto own = report.score_cp / 10;
      first += words.plain(own > median ? "lead_above" : own < median ? "lead_below" : "lead_middle");
    }
  }
  if (!report.with_findings) return {first, ""};
  return {first, decisions_sentence(report, words)};
}

std::string board_report_html(const BoardReport& report) {
  const Words words(report.language);
  const auto code = boost::describe::enum_to_string(report.language, "en");
  std::string body = R"(<section class="sheet">)" + first_page(report, words) + "</section>";
  if (report.pages == 5 && report.scored && report.with_findings)
    for (const auto& page : {history_page(report, words), actions_page(report, words),
                             late_page(report, words), about_page(report, words)})
      body += R"(<section class="sheet next">)" + page + "</section>";
  // Texts in the style sheet of the page's foot: CSS strings, so quotes and backslashes are escaped.
  const auto css_string = [](std::string_view text) {
    std::string out;
    for (const char c : text) {
      if (c == '"' || c == '\\' || c == '<' || c == '&' || static_cast<unsigned char>(c) < 0x20 || c == 0x7F)
        out += fmt::format("\\{:x} ", static_cast<unsigned>(static_cast<unsigned char>(c)));
      else
        out += c;
    }
    return out;
  };
  const auto exempt = report.exemption.empty()
                          ? words.plain("exempt_consider")
                          : words.plain("exempt", shortened(printable(report.exemption, 400), 90));
  const auto foot = fmt::format(
      R"(@page {{ @bottom-left {{ content: "{}" }} @bottom-right {{ content: "{} · {} " counter(page) " {} " counter(pages) }} }})",
      css_string(exempt), css_string(shortened(printable(report.name, 400), 44)), words.plain("page"),
      words.plain("page_of"));
  return fmt::format(
      "<!doctype html>\n<html lang=\"{0}\"><head><meta charset=\"utf-8\"/><title>{1}: {2}</title>"
      "<meta name=\"author\" content=\"Utsyn\"/><meta name=\"description\" content=\"{3}\"/>"
      "<meta name=\"generator\" content=\"Utsyn\"/><style>\n{4}\n{5}\n</style></head>\n<body>{6}<p "
      "class=\"screen\">{7}</p></body></html>\n",
      code, escaped(shortened(report.name, 110)), words("title"), words("kind"), style_sheet(), foot, body,
      foot_html(report, words));
}

}  // namespace utsyn::report
