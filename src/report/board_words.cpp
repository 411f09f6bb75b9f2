#include "report/board_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "base/text.h"

namespace utsyn::report {
namespace {

constexpr std::int64_t kMinutesOfADay = 450;

// Where the first sentence ends: behind its full stop. A name such as example.no ends none.
std::size_t sentence_end(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '.' && text[i] != '!' && text[i] != '?') continue;
    if (i + 1 < text.size() && text[i + 1] != ' ') continue;
    if (i + 1 < text.size() && text.substr(0, i).ends_with("example.no")) continue;
    return i + 1;
  }
  return text.size();
}

bool is_configuration(std::string_view text) {
  return text.find_first_of("=;:") != std::string_view::npos || text.find("example.no") != text.npos;
}

constexpr std::string_view kNotLast[] = {"eksempel", "døme",  "example",  "nøyaktig", "exactly",
                                         "minst",    "least", "policyen", "policy",   "mode",
                                         "https",    "http",  "data"};

// Without the brackets that tell what to write into which server.
std::string without_configured_brackets(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const auto from = text.find(" (");
    const auto to = from == std::string_view::npos ? from : text.find(')', from);
    if (to == std::string_view::npos) break;
    out += text.substr(0, from);
    const auto bracket = text.substr(from, to + 1 - from);
    if (!is_configuration(bracket) && bracket.find('_') == std::string_view::npos) out += bracket;
    text.remove_prefix(to + 1);
  }
  return out += text;
}

std::string_view without_examples(std::string_view text) {
  for (const std::string_view such : {", for eksempel", ", til dømes", ", for example", ", such as"})
    text = text.substr(0, text.find(such));
  // "Hide versions: nginx: server_tokens off" ends before its first colon; the name of a header keeps its
  // own.
  for (auto at = text.find(": "); at != std::string_view::npos; at = text.find(": ", at + 1)) {
    const auto before = text.substr(0, at);
    const auto space = before.rfind(' ');
    const auto word = space == std::string_view::npos ? before : before.substr(space + 1);
    if (word.find('-') != std::string_view::npos || !is_configuration(text.substr(at + 2))) continue;
    // Without what follows these, nothing is said.
    if (std::ranges::find(kNotLast, word) != std::end(kNotLast)) return text;
    // "Read the reports, then enforce: ..." ends before the last comma.
    if (word == "så" || word == "enforce") return before.substr(0, before.rfind(','));
    return before;
  }
  return text;
}

}  // namespace

std::string decimal(std::int64_t tenths, Language language) {
  return fmt::format("{}{}{}", tenths / 10, language == Language::en ? '.' : ',', tenths % 10);
}

std::string grouped(std::uint64_t number, Language language) {
  auto out = std::to_string(number);
  for (std::size_t at = out.size(); at > 3;) {
    at -= 3;
    out.insert(at, language == Language::en ? "," : "\u202F");
  }
  return out;
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

std::string first_step(std::string_view remedy, std::size_t most) {
  const auto plain = without_configured_brackets(remedy);
  auto step = std::string_view(plain).substr(0, sentence_end(plain));
  step = without_examples(step);
  if (step.ends_with('.')) step.remove_suffix(1);
  return shortened(std::string(step) + ".", most);
}

std::string_view month_name(unsigned month, Language language) {
  static constexpr std::string_view norwegian[] = {"jan.", "feb.", "mars", "april", "mai",  "juni",
                                                   "juli", "aug.", "sep.", "okt.",  "nov.", "des."};
  static constexpr std::string_view english[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  return (language == Language::en ? english : norwegian)[(month - 1) % 12];
}

std::string area_name(std::string_view area, const Words& words) {
  for (const auto known : {"mail", "web", "dns", "tls", "cert", "patching", "other"})
    if (area == known) return words("area_" + std::string(known));
  return escaped(area);
}

std::string group_name(const BoardReport::Peers& peers, const Words& words) {
  const std::string_view key = peers.key;
  if (peers.group == "kostra") {
    auto number = key;
    if (number.starts_with("EKG")) number.remove_prefix(number.starts_with("EKG0") ? 4 : 3);
    return words.plain("peer_kostra", number);
  }
  if (peers.group == "sector") {
    for (const std::string_view known : {"1110", "1120", "1510", "1520", "2100", "6100", "6500"})
      if (key == known) return words.plain("sector_" + peers.key);
    return words.plain("peer_sector", key);
  }
  if (peers.group == "population") {
    auto to = key;
    const auto from = parse_uint(cut(to, '-'));
    const auto last = parse_uint(to);
    if (from && last)
      return words.plain("peer_population",
                         grouped(*from, words.language()) + "–" + grouped(*last, words.language()));
    if (from && to == "and-more")
      return words.plain("peer_population_more", grouped(*from, words.language()));
  }
  return words.plain("peer_" + peers.group, key);
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
