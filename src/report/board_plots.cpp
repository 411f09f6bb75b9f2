#include "report/board_plots.h"

#include <fmt/format.h>

#include <algorithm>

#include "followup/working_days.h"

namespace utsyn::report {
namespace {

Month month_of(UtcTime time) {
  const auto date = followup::oslo_date(time);
  return {static_cast<int>(date.year()), static_cast<unsigned>(date.month())};
}
Month before(Month month, int months) {
  const int all = month.year * 12 + static_cast<int>(month.month) - 1 - months;
  return {all / 12, static_cast<unsigned>(all % 12) + 1};
}

}  // namespace

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

std::int64_t not_measured(const BoardReport& report) {
  return score::full_coverage - report.coverage / 10 * 10;
}

}  // namespace utsyn::report
