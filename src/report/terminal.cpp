#include "report/terminal.h"

#include <algorithm>
#include <set>

#include "base/name.h"
#include "engine/judge.h"

namespace utsyn::report {
namespace {

constexpr std::size_t kCausesShown = 10;

std::string paint(std::string_view text, const char* code, const Look& look) {
  if (!look.colour) return std::string(text);
  return std::string("\x1b[") + code + "m" + std::string(text) + "\x1b[0m";
}

const char* colour_of(score::Grade grade) {
  switch (grade) {
    case score::Grade::A:
      return "1;32";
    case score::Grade::B:
      return "32";
    case score::Grade::C:
      return "1;33";
    case score::Grade::D:
      return "33";
    case score::Grade::F:
      return "1;31";
    case score::Grade::U:
      return "1;37";
  }
  return "0";
}

const char* colour_of(checks::Severity severity) {
  switch (severity) {
    case checks::Severity::critical:
      return "1;31";
    case checks::Severity::high:
      return "31";
    case checks::Severity::medium:
      return "33";
    default:
      return "0";
  }
}

std::string severity_word(checks::Severity severity, Language language) {
  return text("severity_" + std::string(score::severity_words[static_cast<std::size_t>(severity)]), language);
}

std::string pad(std::string_view text, std::size_t width) {
  std::string out(text);
  for (auto have = display_width(text); have < width; ++have) out += ' ';
  return out;
}

std::string pad_left(std::string_view text, std::size_t width) {
  std::string out;
  for (auto have = display_width(text); have < width; ++have) out += ' ';
  return out + std::string(text);
}

// What was lost by one cause: the same verdict of the same check, on however many assets.
struct CostLine {
  std::int64_t cp = 0;
  std::vector<const store::Finding*>
      findings;  // the costliest first; none for the lines of the method itself
  std::string name;
};

std::vector<CostLine> cost_lines(const engine::Assessment& assessment) {
  std::map<std::string, const store::Finding*> by_name;
  for (const auto& finding : assessment.measurement.findings)
    by_name[engine::method_name(finding.id)] = &finding;
  std::map<std::string, CostLine> causes;
  for (const auto& [name, cp] : assessment.score.lines) {
    const auto found = by_name.find(name);
    const auto* finding = found == by_name.end() ? nullptr : found->second;
    auto& line = causes[finding == nullptr ? name : finding->check + " " + finding->reason];
    line.cp += cp;
    line.name = name;
    if (finding == nullptr) continue;
    line.findings.push_back(finding);
    if (assessment.score.lines.at(engine::method_name(line.findings.front()->id)) < cp)
      std::swap(line.findings.front(), line.findings.back());
  }
  std::vector<CostLine> lines;
  lines.reserve(causes.size());
  for (auto& [cause, line] : causes) lines.push_back(std::move(line));
  std::sort(lines.begin(), lines.end(),
            [](const auto& a, const auto& b) { return a.cp != b.cp ? a.cp > b.cp : a.name < b.name; });
  return lines;
}

// What is wrong, in a sentence: the reason's own text, else the check's title.
std::string what_is_wrong(const store::Finding& finding, Language language) {
  const auto* entry = checks::catalogue_entry(finding.check);
  if (entry == nullptr) return finding.check;
  const auto* reason = checks::reason_text(*entry, finding.reason);
  return checks::text(reason != nullptr ? *reason : entry->title, language);
}

void indented(std::string& out, std::string_view first, const std::string& body, std::size_t indent,
              const Look& look) {
  const auto width = static_cast<std::size_t>(std::max(40, look.width));
  const auto lead = display_width(first);
  const auto lines = wrap(body, width > indent + lead + 1 ? width - indent - lead - 1 : 20);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    out +=
        std::string(indent, ' ') + (i == 0 ? std::string(first) : std::string(lead, ' ')) + lines[i] + "\n";
  }
}

std::string method_line(const std::string& name, Language language) {
  if (name.starts_with("#gate:")) return text_with("line_gate", language, name.substr(6));
  if (name == "#breach") return text("line_breach", language);
  if (name == "#coverage") return text("line_coverage", language);
  return name;
}

std::size_t count(const store::Measurement& measurement, checks::Outcome outcome) {
  return static_cast<std::size_t>(std::count_if(measurement.verdicts.begin(), measurement.verdicts.end(),
                                                [&](const auto& j) { return j.verdict.outcome == outcome; }));
}

std::string headline(const engine::Assessment& assessment, const Look& look) {
  const auto language = look.language;
  const auto& score = assessment.score;
  const auto letter = std::string(score::word(score.grade));
  std::string out = paint(display_name(assessment.measurement.organisation.name), "1", look) + "\n";
  out += "  " + paint(" " + letter + " ", colour_of(score.grade), look) + " ";
  if (score.grade == score::Grade::U) {
    out += text("not_rated", language);
  } else {
    out += paint(points(score.score_cp, language), "1", look) + " " + text("points", language) + ", " +
           text_with("interval", language, points(score.interval_cp[0], language),
                     points(score.interval_cp[1], language)) +
           ", " + text("confidence_" + std::string(score::word(score.confidence)), language);
  }
  return out + "\n";
}

std::string facts(const engine::Assessment& assessment, const Look& look) {
  const auto language = look.language;
  const auto& measurement = assessment.measurement;
  using checks::Outcome;
  return "  " + text_with("assets", language, measurement.assets.size()) + ", " +
         text_with("coverage", language, assessment.input.coverage / 100) + ": " +
         text_with("passed", language, count(measurement, Outcome::pass)) + ", " +
         text_with("warned", language, count(measurement, Outcome::warn)) + ", " +
         text_with("failed", language, count(measurement, Outcome::fail)) + ", " +
         text_with("unknown", language, count(measurement, Outcome::unknown)) + "\n";
}

std::string changes(const engine::Assessment& assessment, const Look& look) {
  const auto& events = assessment.measurement.events;
  // The first measurement opens everything; that is no news.
  const bool first =
      std::all_of(events.begin(), events.end(),
                  [](const auto& event) { return event.change == store::FindingChange::opened; }) &&
      events.size() == assessment.measurement.findings.size();
  std::string out;
  const std::pair<store::FindingChange, const char*> kinds[] = {{store::FindingChange::closed, "closed"},
                                                                {store::FindingChange::opened, "opened"},
                                                                {store::FindingChange::reopened, "reopened"}};
  for (const auto& [change, key] : kinds) {
    std::string names;
    std::size_t shown = 0;
    std::size_t all = 0;
    for (const auto& event : events) {
      if (event.change != change || (first && change == store::FindingChange::opened)) continue;
      ++all;
      if (shown == 8) continue;
      names += (shown++ == 0 ? "" : ", ") + event.finding;
    }
    if (all == 0) continue;
    if (all > shown) names += fmt::format(", +{}", all - shown);
    indented(out, "", text_with(key, look.language, names), 2, look);
  }
  return out;
}

std::string carried_by_suppliers(const engine::Assessment& assessment, const Look& look) {
  std::set<std::string> suppliers;
  std::set<std::string> assets;
  for (const auto& [asset, records, carried] : assessment.measurement.assets) {
    if (!asset.by_provider) continue;
    assets.insert(asset.id);
  }
  std::size_t findings = 0;
  for (const auto& finding : assessment.measurement.findings) {
    if (!assets.contains(finding.asset) || finding.state == store::FindingState::fixed ||
        finding.severity == checks::Severity::info) {
      continue;
    }
    ++findings;
    suppliers.insert(finding.asset.substr(0, finding.asset.find(':')));
  }
  if (findings == 0) return {};
  std::string names;
  for (const auto& supplier : suppliers) names += (names.empty() ? "" : ", ") + supplier;
  std::string out;
  indented(out, "", text_with("carried", look.language, findings, names), 2, look);
  return out;
}

std::string costs(const engine::Assessment& assessment, const Look& look) {
  const auto language = look.language;
  const auto lines = cost_lines(assessment);
  if (lines.empty()) return "  " + text("nothing_lost", language) + "\n";
  std::string out = "\n  " + paint(text("costs_most", language), "4", look) + "\n";
  std::size_t severity_width = 0;
  for (int s = 0; s < 5; ++s) {
    severity_width =
        std::max(severity_width, display_width(severity_word(static_cast<checks::Severity>(s), language)));
  }
  const std::size_t indent = 12 + severity_width;
  std::int64_t rest = 0;
  std::size_t shown = 0;
  std::size_t others = 0;
  for (const auto& line : lines) {
    if (!line.findings.empty() && shown == kCausesShown) {
      rest += line.cp;
      others += line.findings.size();
      continue;
    }
    const auto cost = pad_left("-" + exact_points(line.cp, language), 8);
    if (line.findings.empty()) {
      indented(out, cost + "  " + pad("", severity_width) + "  ", method_line(line.name, language), 0, look);
      continue;
    }
    ++shown;
    const auto& first = *line.findings.front();
    const auto* entry = checks::catalogue_entry(first.check);
    const auto severity = pad(severity_word(first.severity, language), severity_width);
    out += cost + "  " + paint(severity, colour_of(first.severity), look) + "  " +
           paint(display_name(first.asset), "1", look);
    if (line.findings.size() > 1) out += " " + text_with("and_more", language, line.findings.size() - 1);
    out += "  " + paint(first.check, "2", look) + "\n";
    indented(out, "", what_is_wrong(first, language), indent, look);
    if (entry != nullptr) {
      indented(out, text("do_this", language) + ": ", checks::text(entry->remedy, language), indent, look);
    }
  }
  if (others > 0) out += "  " + text_with("others", language, others, exact_points(rest, language)) + "\n";
  return out;
}

// What only the full profile sees: no part of the score above, so it is told apart.
std::string actively_found(const engine::Assessment& assessment, const Look& look) {
  if (!assessment.full) return {};
  const auto language = look.language;
  std::string out =
      "\n  " +
      paint(text_with("full_profile", language, points(assessment.full->score_cp, language)), "4", look) +
      "\n";
  bool any = false;
  for (const auto& finding : assessment.measurement.findings) {
    if (finding.state == store::FindingState::fixed || !checks::needs_consent(finding.check)) continue;
    any = true;
    const auto severity = severity_word(finding.severity, language);
    const auto indent = display_width(severity) + 4;
    out += "  " + paint(severity, colour_of(finding.severity), look) + "  " +
           paint(display_name(finding.asset), "1", look) + "  " + paint(finding.check, "2", look) + "\n";
    indented(out, "", what_is_wrong(finding, language), indent, look);
    if (const auto* entry = checks::catalogue_entry(finding.check))
      indented(out, text("do_this", language) + ": ", checks::text(entry->remedy, language), indent, look);
  }
  if (!any) out += "  " + text("full_nothing", language) + "\n";
  return out;
}

}  // namespace

std::string points(std::int64_t cp, Language language) {
  const char mark = language == Language::en ? '.' : ',';
  return fmt::format("{}{}{}", cp / 100, mark, cp % 100 / 10);
}

std::string exact_points(std::int64_t cp, Language language) {
  const char mark = language == Language::en ? '.' : ',';
  return fmt::format("{}{}{:02}", cp / 100, mark, cp % 100);
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  std::string_view rest = text;
  while (!rest.empty()) {
    const auto word = cut(rest, ' ');
    if (word.empty()) continue;
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

std::string render(const engine::Assessment& assessment, const Look& look) {
  return headline(assessment, look) + facts(assessment, look) + changes(assessment, look) +
         costs(assessment, look) + carried_by_suppliers(assessment, look) + actively_found(assessment, look) +
         "\n";
}

std::string render_summary(std::span<const engine::Assessment> assessments, const Look& look) {
  const auto language = look.language;
  std::vector<const engine::Assessment*> sorted;
  for (const auto& assessment : assessments) sorted.push_back(&assessment);
  std::sort(sorted.begin(), sorted.end(),
            [](const auto* a, const auto* b) { return a->score.score_cp < b->score.score_cp; });
  std::size_t name_width = 0;
  for (const auto* a : sorted)
    name_width = std::max(name_width, display_width(a->measurement.organisation.name));
  std::string out = paint(text("summary", language), "4", look) + "\n";
  for (const auto* a : sorted) {
    const auto letter = std::string(score::word(a->score.grade));
    const bool rated = a->score.grade != score::Grade::U;
    out += "  " + pad(a->measurement.organisation.name, name_width) + "  " +
           paint(letter, colour_of(a->score.grade), look) + "  " +
           pad_left(rated ? points(a->score.score_cp, language) : "-", 5) + "  " +
           text_with("coverage", language, a->input.coverage / 100) + "\n";
  }
  out += "\n" + text_with("method_note", language, std::string(score::method_id)) + "\n";
  return out;
}

}  // namespace utsyn::report
