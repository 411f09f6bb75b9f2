#include "report/board_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <map>

#include "base/text.h"
#include "followup/working_days.h"
#include "report/terminal.h"
#include "score/constants.h"

namespace utsyn::data {
std::string_view report_json();
}

namespace utsyn::report {
namespace {

namespace json = boost::json;
using Point = BoardReport::Point;

constexpr std::size_t kDecisions = 3;
constexpr std::int64_t kMinutesOfADay = 450;
constexpr std::string_view kThinBlank = "\u202F";  // between a number and its unit
constexpr std::array<std::string_view, 5> kGrades = {"A", "B", "C", "D", "F"};
constexpr std::array<std::int64_t, 5> kFrom = {score::grade_a_cp, score::grade_b_cp, score::grade_c_cp,
                                               score::grade_d_cp, 0};

std::string key_of(std::string_view name) { return "reports." + std::string(name); }

// The words of one document in its language.
class Words {
 public:
  explicit Words(Language language) : language_(language) {}
  // A text with its values put in as they are.
  template <class... Values>
  std::string plain(std::string_view name, const Values&... values) const {
    return text_with(key_of(name), language_, values...);
  }
  // The same, for HTML.
  template <class... Values>
  std::string operator()(std::string_view name, const Values&... values) const {
    return escaped(plain(name, values...));
  }
  std::string counted(std::string_view name, std::int64_t count) const {
    return count == 1 ? plain(std::string(name) + "_one") : plain(name, count);
  }
  std::string points(std::int64_t cp) const { return report::points(cp, language_); }
  std::string gain(std::int64_t cp) const { return signed_points(cp, language_); }
  std::string day(UtcTime time) const { return day_text(time, language_); }
  std::string share(std::int64_t hundredths) const { return percent(hundredths, language_); }
  Language language() const { return language_; }

 private:
  Language language_;
};

std::string decimal(std::int64_t tenths, Language language) {
  return fmt::format("{}{}{}", tenths / 10, language == Language::en ? '.' : ',', tenths % 10);
}

std::string short_work(std::int64_t minutes, const Words& words) {
  if (minutes < 60) return words.plain("minutes", minutes);
  const auto halves = (minutes + 15) / 30;  // to the nearest half hour
  const auto hours = halves % 2 == 0 ? std::to_string(halves / 2) : decimal(halves * 5, words.language());
  return words.plain("hours", hours);
}

std::string work_in_words(std::int64_t minutes, const Words& words) {
  if (minutes < 60) return words.plain("minutes_text", minutes);
  if (minutes < kMinutesOfADay) return words.counted("hours_text", (minutes + 30) / 60);
  const auto days = (minutes + kMinutesOfADay / 2) / kMinutesOfADay;
  return days == 1 ? words.plain("workday_one") : words.plain("workdays", days);
}

// At most so many bytes, cut between words.
std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  auto end = text.rfind(' ', most);
  if (end == std::string_view::npos || end < most / 2) {
    end = most;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  }
  auto out = std::string(trim(text.substr(0, end)));
  while (!out.empty() && (out.back() == ',' || out.back() == ';' || out.back() == ':')) out.pop_back();
  return out + " …";
}

std::string_view month_name(unsigned month, Language language) {
  static constexpr std::string_view norwegian[] = {"jan.", "feb.", "mars", "april", "mai",  "juni",
                                                   "juli", "aug.", "sep.", "okt.",  "nov.", "des."};
  static constexpr std::string_view english[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return (language == Language::en ? english : norwegian)[(month - 1) % 12];
}

std::string area_name(std::string_view area, const Words& words) {
  for (const auto known : {"mail", "web", "dns", "tls", "cert", "patching"})
    if (area == known) return words("area_" + std::string(known));
  return escaped(area);
}

std::string group_name(const BoardReport::Peers& peers, const Words& words) {
  return words.plain("peer_" + peers.group, peers.key);
}

// The letter in its own shape: colour is never alone.
std::string grade_mark(std::string_view grade, int size, const Words& words) {
  struct Mark {
    std::string_view shape;
    std::string_view fill;
    std::string_view letter;
  };
  static const std::map<std::string_view, Mark> marks = {
      {"A", {R"(<circle r="10.6" fill="{}"/>)", "#0a3d62", "#ffffff"}},
      {"B",
       {R"(<rect x="-9.6" y="-9.6" width="19.2" height="19.2" rx="2" fill="{}"/>)", "#2b78b5", "#ffffff"}},
      {"C",
       {R"(<path d="M10.3 0L5.2 8.9L-5.2 8.9L-10.3 0L-5.2 -8.9L5.2 -8.9Z" fill="{}"/>)", "#a68410",
        "#1b1d20"}},
      {"D", {R"(<path d="M0 -11.6L11.6 0L0 11.6L-11.6 0Z" fill="{}"/>)", "#b03c08", "#ffffff"}},
      {"F", {R"(<path d="M-11.6 -8.8L11.6 -8.8L0 11.4Z" fill="{}"/>)", "#6e0f2d", "#ffffff"}},
  };
  const auto found = marks.find(grade);
  const auto shape =
      found == marks.end()
          ? std::string(
                R"(<circle r="10.4" fill="#ffffff" stroke="#5b5d60" stroke-width="1.4" stroke-dasharray="3 2"/>)")
          : fmt::format(fmt::runtime(found->second.shape), found->second.fill);
  return fmt::format(
      R"(<svg class="mark" width="{0}" height="{0}" viewBox="-12 -12 24 24" aria-label="{1}">{2}<text x="0" y="{5}" text-anchor="middle" font-family="Inter, DejaVu Sans" font-size="12" font-weight="700" fill="{3}">{4}</text></svg>)",
      size, words("grade_alt", grade), shape, found == marks.end() ? "#1b1d20" : found->second.letter,
      escaped(grade), grade == "F" ? 1.8 : 4.4);
}

// A figure with its text alternative, which the PDF carries too.
std::string figure(const std::string& svg, std::string_view alternative) {
  return fmt::format(R"(<figure aria-label="{}">{}</figure>)", escaped(alternative), svg);
}

// --- the curve

struct Month {
  int year = 0;
  unsigned month = 1;
  auto operator<=>(const Month&) const = default;
};
Month month_of(UtcTime time) {
  const auto date = followup::oslo_date(time);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month())};
}
Month before(Month month, int months) {
  const int all = month.year * 12 + static_cast<int>(month.month) - 1 - months;
  return {all / 12, static_cast<unsigned>(all % 12) + 1};
}

// The last point of each of the twelve months up to the one in which the report is made; null: none.
std::vector<std::pair<Month, const Point*>> months_of(const BoardReport& report) {
  std::vector<std::pair<Month, const Point*>> out;
  const auto last = month_of(report.made);
  for (int i = 11; i >= 0; --i) out.emplace_back(before(last, i), nullptr);
  for (const auto& point : report.trend)
    for (auto& [month, at] : out)
      if (month == month_of(point.time)) at = &point;
  return out;
}
std::string month_text(Month month, const Words& words) {
  return fmt::format("{} {}", month_name(month.month, words.language()), month.year);
}

std::string trend_alternative(const BoardReport& report, const Words& words) {
  std::string list;
  for (const auto& [month, point] : months_of(report)) {
    if (!list.empty()) list += "; ";
    list += month_text(month, words) + " " +
            (point == nullptr ? words.plain("month_none") : words.points(point->score_cp));
  }
  return words.plain("trend_alt", words.points(report.trend.front().score_cp),
                     words.points(report.trend.back().score_cp), list);
}

std::string trend_svg(const BoardReport& report, const Words& words, int width, int height) {
  const double left = 28;
  const double right = width - 26;
  const double top = 8;
  const double bottom = height - 24;
  const auto end = report.made;
  const auto start = end - std::chrono::days{365};
  const auto x = [&](UtcTime time) {
    const auto share =
        static_cast<double>((time - start).count()) / static_cast<double>((end - start).count());
    return left + std::clamp(share, 0.0, 1.0) * (right - left);
  };
  const auto y = [&](std::int64_t cp) { return bottom - static_cast<double>(cp) / 10'000 * (bottom - top); };
  std::string svg =
      fmt::format(R"(<svg class="chart" width="{0}" height="{1}" viewBox="0 0 {0} {1}">)", width, height);
  for (const int at : {0, 20, 40, 60, 70, 80, 90, 100}) {
    svg +=
        fmt::format(R"(<line x1="{0}" x2="{1}" y1="{2:.1f}" y2="{2:.1f}" stroke="{3}" stroke-width="0.8"/>)",
                    left, right, y(at * 100), at == 0 ? "#8f949b" : "#dcdddf");
    if (at % 20 == 0)
      svg += fmt::format(
          R"(<text x="{}" y="{:.1f}" text-anchor="end" font-family="Inter, DejaVu Sans" font-size="9.5" fill="#55585c">{}</text>)",
          left - 5, y(at * 100) + 3.4, at);
  }
  for (std::size_t i = 0; i < kGrades.size(); ++i) {
    const auto above = i == 0 ? std::int64_t{10'000} : kFrom[i - 1];
    const auto middle = kGrades[i] == "F" ? std::int64_t{5'000} : (above + kFrom[i]) / 2;
    svg += fmt::format(
        R"(<text x="{}" y="{:.1f}" font-family="Inter, DejaVu Sans" font-size="9.5" {}>{}</text>)", right + 8,
        y(middle) + 3.4,
        kGrades[i] == report.grade ? R"(font-weight="700" fill="#1b1d20")" : R"(fill="#55585c")", kGrades[i]);
  }
  const auto last_month = month_of(end);
  for (int back = 11; back >= 0; back -= 2) {
    const auto month = before(last_month, back);
    using namespace std::chrono;
    const auto first = followup::start_of_oslo_day(year{month.year} / static_cast<int>(month.month) / 1);
    if (first < start) continue;
    svg += fmt::format(
        R"(<line x1="{0:.1f}" x2="{0:.1f}" y1="{1}" y2="{2}" stroke="#8f949b" stroke-width="0.8"/><text x="{0:.1f}" y="{3}" text-anchor="middle" font-family="Inter, DejaVu Sans" font-size="9.5" fill="#55585c">{4}</text>)",
        x(first), bottom, bottom + 4, bottom + 16, month_name(month.month, words.language()));
  }
  // A new method is a new line: the two are never silently joined.
  std::size_t from = 0;
  while (from < report.trend.size()) {
    auto to = from;
    while (to + 1 < report.trend.size() && report.trend[to + 1].method == report.trend[from].method) ++to;
    std::string line;
    std::string upper;
    std::string lower_edge;
    for (auto i = from; i <= to; ++i) {
      const auto& point = report.trend[i];
      const char* step = i == from ? "M" : "L";
      line += fmt::format("{}{:.1f} {:.1f}", step, x(point.time), y(point.score_cp));
      upper += fmt::format("{}{:.1f} {:.1f}", step, x(point.time), y(point.high_cp));
      lower_edge.insert(0, fmt::format("L{:.1f} {:.1f}", x(point.time), y(point.low_cp)));
    }
    if (to > from) {
      svg += fmt::format(R"(<path d="{}{}Z" fill="#c9d9ec" fill-opacity="0.6"/>)", upper, lower_edge);
      svg += fmt::format(
          R"(<path d="{}" fill="none" stroke="#1b1d20" stroke-width="1.6" stroke-linejoin="round"/>)", line);
    } else {
      const auto& point = report.trend[from];
      svg += fmt::format(
          R"(<line x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}" stroke="#9db4d0" stroke-width="5"/>)",
          x(point.time), y(point.high_cp), y(point.low_cp));
    }
    if (from > 0)
      svg += fmt::format(
          R"(<line x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2}" stroke="#1b1d20" stroke-width="0.9" stroke-dasharray="3 2"/><text x="{0:.1f}" y="{3}" dx="4" font-family="Inter, DejaVu Sans" font-size="9.5" fill="#1b1d20">{4}</text>)",
          x(report.trend[from].time), y(report.trend[from].score_cp), bottom, bottom - 8,
          words("new_method"));
    from = to + 1;
  }
  const auto& now = report.trend.back();
  const bool low = y(now.high_cp) < top + 22;
  svg += fmt::format(
      R"(<circle cx="{0:.1f}" cy="{1:.1f}" r="3.6" fill="#1b1d20"/><text x="{2:.1f}" y="{3:.1f}" text-anchor="end" font-family="Inter, DejaVu Sans" font-size="12" font-weight="700" fill="#1b1d20">{4}</text></svg>)",
      x(now.time), y(now.score_cp), x(now.time) - 2, low ? y(now.low_cp) + 16 : y(now.high_cp) - 6,
      words.points(now.score_cp));
  return svg;
}

std::string bullet_svg(const BoardReport& report, int width) {
  const auto x = [&](std::int64_t cp) { return static_cast<double>(cp) * width / 10'000; };
  std::string svg = fmt::format(R"(<svg class="chart" width="{0}" height="52" viewBox="0 0 {0} 52">)", width);
  static constexpr std::array<std::string_view, 5> faint = {"#f4f4f5", "#ecedee", "#e2e3e5", "#d8d9dc",
                                                            "#cdcfd3"};
  for (std::size_t i = 0; i < kGrades.size(); ++i) {
    const auto above = i == 0 ? std::int64_t{10'000} : kFrom[i - 1];
    svg += fmt::format(
        R"(<rect x="{0:.1f}" y="14" width="{1:.1f}" height="20" fill="{2}"/><text x="{3:.1f}" y="47" text-anchor="middle" font-family="Inter, DejaVu Sans" font-size="9.5" fill="#55585c">{4}</text>)",
        x(kFrom[i]), x(above - kFrom[i]), faint[i], x((above + kFrom[i]) / 2), kGrades[i]);
  }
  svg += fmt::format(R"(<rect x="0" y="20" width="{:.1f}" height="8" fill="#1b1d20"/>)", x(report.score_cp));
  if (report.target_cp)
    svg += fmt::format(R"(<rect x="{:.1f}" y="11" width="3" height="26" fill="#a3260f"/>)",
                       x(*report.target_cp) - 1.5);
  if (!report.peers.empty()) {
    const auto& peers = report.peers.front();
    svg += fmt::format(
        R"(<path d="M{0:.1f} 7H{1:.1f}" stroke="#1b1d20" stroke-width="1.4"/><circle cx="{2:.1f}" cy="7" r="3.4" fill="#ffffff" stroke="#1b1d20" stroke-width="1.5"/>)",
        x(peers.p25_cp), x(peers.p75_cp), x(peers.median_cp));
  }
  return svg + "</svg>";
}

std::string against_text(const BoardReport& report, const Words& words) {
  auto out = words.plain("against_own", words.points(report.score_cp));
  if (report.target_cp) out += " " + words.plain("against_target", words.points(*report.target_cp));
  if (!report.peers.empty()) {
    const auto& peers = report.peers.front();
    out += " " + words.plain("against_peers", words.points(peers.median_cp), group_name(peers, words),
                             peers.n, words.points(peers.p25_cp), words.points(peers.p75_cp));
  }
  return out;
}

// What is left when the coverage is shown as it is, cut to one decimal.
std::int64_t not_measured(const BoardReport& report) {
  return score::full_coverage - report.coverage / 10 * 10;
}

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

std::string losses_html(const BoardReport& report, const Words& words, std::size_t most) {
  std::string rows;
  for (const auto& [area, cp] : report.losses) {
    if (most-- == 0) break;
    rows += fmt::format(R"(<tr><th scope="row">{}</th><td class="n">{}</td></tr>)", area_name(area, words),
                        words.gain(-cp));
  }
  if (rows.empty()) return "<p>" + words("losses_none") + "</p>";
  return fmt::format(
      R"(<table><thead class="unseen"><tr><th scope="col">{}</th><th scope="col" class="n">{}</th></tr></thead><tbody>{}</tbody></table>)",
      words("area"), words("points"), rows);
}

std::string decisions_html(const BoardReport& report, const Words& words) {
  if (!report.with_findings)
    return fmt::format("<h2>{}</h2><p>{}</p>", words("decisions"), words("hidden_findings"));
  const auto count = std::min(report.actions.size(), kDecisions);
  const auto heading = count == 1 ? "decisions_one" : count == 2 ? "decisions_two" : "decisions";
  if (count == 0) return fmt::format("<h2>{}</h2><p>{}</p>", words(heading), words("decisions_none"));
  std::string rows;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& action = report.actions[i];
    auto detail = words.counted("findings", static_cast<std::int64_t>(action.findings));
    if (action.due) {
      detail += ", " + words.plain(action.overdue ? "past_due" : "by", words.day(*action.due));
    }
    rows += fmt::format(
        R"(<tr><td class="n first">{}</td><th scope="row">{}<br/><span class="small">{}</span></th><td>{}</td><td class="n">{}</td><td class="n">{}</td></tr>)",
        i + 1, escaped(shortened(action.title, 76)), escaped(detail), escaped(shortened(action.why, 150)),
        words.gain(action.gain_cp), escaped(short_work(action.minutes, words)));
  }
  return fmt::format(
      R"(<h2>{}</h2><table class="decisions"><thead><tr><th scope="col" class="n first">{}</th><th scope="col">{}</th><th scope="col" class="why">{}</th><th scope="col" class="n num">{}</th><th scope="col" class="n num">{}</th></tr></thead><tbody>{}</tbody></table>)",
      words(heading), "#", words("decision"), words("otherwise"), words("points"), words("work"), rows);
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
  for (const auto& [month, point] : months_of(report)) {
    if (point == nullptr)
      rows +=
          fmt::format(R"(<tr><th scope="row">{}</th><td class="n">–</td><td class="n">{}</td><td></td></tr>)",
                      month_text(month, words), words("month_none"));
    else
      rows += fmt::format(
          R"(<tr><th scope="row">{}</th><td class="n">{}</td><td class="n">{}–{}</td><td>{}</td></tr>)",
          month_text(month, words), words.points(point->score_cp), words.points(point->low_cp),
          words.points(point->high_cp), escaped(point->method));
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
  for (const auto& [area, cp] : report.losses)
    rows += fmt::format(R"(<tr><th scope="row">{}</th><td class="n">{}</td></tr>)", area_name(area, words),
                        words.gain(-cp));
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
        i + 1, escaped(shortened(action.title, 76)), escaped(shortened(action.remedy, 170)), action.findings,
        action.due ? words.day(*action.due) : std::string("–"), words.gain(action.gain_cp),
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
  const auto suppliers = std::min(most_suppliers, report.suppliers.size());
  for (std::size_t i = 0; i < suppliers; ++i) {
    const auto& supplier = report.suppliers[i];
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
  out += table(words("suppliers_caption"),
               {{words("supplier"), false},
                {words("importance"), false},
                {words("grade"), false},
                {words("score"), true},
                {words("when"), true}},
               rows);
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
  const auto count = std::min(report.actions.size(), kDecisions);
  if (count == 0) return {first, words.plain("lead_nothing")};
  std::int64_t minutes = 0;
  for (std::size_t i = 0; i < count; ++i) minutes += report.actions[i].minutes;
  const auto work = work_in_words(minutes, words);
  const auto after = words.points(report.together_cp);
  return {first, count == 1 ? words.plain("lead_actions_one", work, after, report.together_grade)
                            : words.plain("lead_actions", count, work, after, report.together_grade)};
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

json::object board_report_json(const BoardReport& report) {
  const auto time = [](const std::optional<UtcTime>& at) {
    return at ? json::value(format_time(*at)) : json::value();
  };
  json::object out{{"organisation", report.organisation},
                   {"name", report.name},
                   {"language", boost::describe::enum_to_string(report.language, "en")},
                   {"made", format_time(report.made)},
                   {"exemption", report.exemption},
                   {"scored", report.scored},
                   {"findings_seen", report.with_findings}};
  if (!report.scored) return out;
  const auto [first, second] = lead_of(report);
  json::array trend;
  for (const auto& point : report.trend)
    trend.push_back(json::object{{"time", format_time(point.time)},
                                 {"score_cp", point.score_cp},
                                 {"interval_cp", json::array{point.low_cp, point.high_cp}},
                                 {"method", point.method}});
  json::array peers;
  for (const auto& group : report.peers)
    peers.push_back(
        json::object{{"group", group.group},
                     {"key", group.key},
                     {"n", group.n},
                     {"median_cp", group.median_cp},
                     {"p25_cp", group.p25_cp},
                     {"p75_cp", group.p75_cp},
                     {"percentile", group.percentile ? json::value(*group.percentile) : json::value()}});
  json::array losses;
  for (const auto& [area, cp] : report.losses)
    losses.push_back(json::object{{"area", area}, {"loss_cp", cp}});
  json::array suppliers;
  for (const auto& supplier : report.suppliers)
    suppliers.push_back(
        json::object{{"name", supplier.name},
                     {"criticality", supplier.criticality},
                     {"score_cp", supplier.score_cp ? json::value(*supplier.score_cp) : json::value()},
                     {"grade", supplier.score_cp ? supplier.grade : "U"},
                     {"measured", time(supplier.measured)}});
  out["lead"] = json::array{json::value(first), json::value(second)};
  out["measured"] = format_time(report.measured);
  out["score_cp"] = report.score_cp;
  out["interval_cp"] = json::array{report.low_cp, report.high_cp};
  out["grade"] = report.grade;
  out["confidence"] = report.confidence;
  out["coverage"] = report.coverage;
  out["assets"] = report.assets;
  out["method"] = report.method;
  out["constants"] = score::constants_label;
  out["target_cp"] = report.target_cp ? json::value(*report.target_cp) : json::value();
  out["trend"] = std::move(trend);
  out["peers"] = std::move(peers);
  out["losses"] = std::move(losses);
  out["suppliers"] = json::object{{"total", report.suppliers_total},
                                  {"below", report.suppliers_below},
                                  {"unrated", report.suppliers_unrated},
                                  {"items", std::move(suppliers)}};
  if (!report.with_findings) return out;
  const auto day = [](const std::optional<UtcTime>& at) {
    return at ? json::value(followup::format_date(followup::oslo_date(*at))) : json::value();
  };
  json::array actions;
  for (const auto& action : report.actions)
    actions.push_back(
        json::object{{"check", action.check},
                     {"finding_ids", json::array(action.finding_ids.begin(), action.finding_ids.end())},
                     {"title", action.title},
                     {"why", action.why},
                     {"remedy", action.remedy},
                     {"gain_cp", action.gain_cp},
                     {"minutes", action.minutes},
                     {"findings", action.findings},
                     {"due", day(action.due)},
                     {"overdue", action.overdue}});
  json::array late;
  for (const auto& item : report.late)
    late.push_back(json::object{{"title", item.title},
                                {"asset", item.asset},
                                {"severity", boost::describe::enum_to_string(item.severity, "info")},
                                {"due", day(item.due)},
                                {"days", item.days}});
  out["actions"] = std::move(actions);
  out["together"] = json::object{{"score_cp", report.together_cp}, {"grade", report.together_grade}};
  out["serious"] = json::object{
      {"open", report.serious}, {"overdue", report.serious_overdue}, {"oldest_days", report.oldest_days}};
  out["late"] = json::object{{"total", report.late_total}, {"items", std::move(late)}};
  out["changes"] = json::object{{"since", format_time(report.changes_since)},
                                {"opened", report.opened},
                                {"closed", report.closed},
                                {"accepted", report.accepted}};
  return out;
}

}  // namespace utsyn::report
