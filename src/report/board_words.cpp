#include "report/board_words.h"

#include <fmt/format.h>

#include <map>

#include "base/text.h"

namespace utsyn::report {
namespace {

constexpr std::int64_t kMinutesOfADay = 450;

}  // namespace

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

std::string figure(const std::string& svg, std::string_view alternative) {
  return fmt::format(R"(<figure aria-label="{}">{}</figure>)", escaped(alternative), svg);
}

}  // namespace utsyn::report
