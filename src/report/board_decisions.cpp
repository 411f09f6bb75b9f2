#include "report/board_decisions.h"

#include <fmt/format.h>

#include "base/text.h"

namespace utsyn::report {
namespace {

std::string numbered_text(std::string_view name, std::size_t count) {
  return std::string(name) + (count == 1 ? "_one" : count == 2 ? "_two" : "");
}

// What the technicians call it, how much it is and when it was due.
std::string small_print(const BoardReport::Decision& decision, const Words& words) {
  const auto count = static_cast<std::int64_t>(decision.findings);
  auto out = decision.due ? words.plain(decision.overdue ? "past_due" : "by", words.day(*decision.due)) : "";
  out = words.counted("findings", count) + (out.empty() ? "" : ", " + out) + ". ";
  auto titles = decision.titles.empty() ? std::string() : shortened(decision.titles.front(), 80);
  if (decision.titles.size() > 1) titles += words.plain("decision_more", decision.titles.size() - 1);
  return out + words.plain("decision_technical", titles);
}

std::string who_text(const BoardReport::Decision& decision, const Words& words) {
  auto role = words.plain("role_" + std::string(checks::word(decision.role)));
  if (decision.carriers.empty()) return role;
  auto names = shortened(decision.carriers.front(), 32);
  if (decision.carriers.size() > 1) names += words.plain("decision_more", decision.carriers.size() - 1);
  return role + ": " + names;
}

}  // namespace

std::string decisions_html(const BoardReport& report, const Words& words) {
  if (!report.with_findings)
    return fmt::format("<h2>{}</h2><p>{}</p>", words("decisions"), words("hidden_findings"));
  const auto count = report.decisions.size();
  if (count == 0) return fmt::format("<h2>{}</h2><p>{}</p>", words("decisions"), words("decisions_none"));
  std::string rows;
  bool capped = false;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& decision = report.decisions[i];
    capped = capped || decision.gain_cp == 0;
    rows += fmt::format(
        R"(<tr><td class="n first">{}</td><th scope="row">{}<br/><span class="small">{}</span></th><td>{}</td><td class="n">{}</td><td class="n">{}</td></tr>)",
        i + 1, escaped(decision.sentence), escaped(small_print(decision, words)),
        escaped(who_text(decision, words)), decision.gain_cp == 0 ? "–" : words.gain(decision.gain_cp),
        escaped(short_work(decision.minutes, words)));
  }
  return fmt::format(
      R"(<h2>{}</h2><table class="decisions"><thead><tr><th scope="col" class="n first">{}</th><th scope="col">{}</th><th scope="col" class="who">{}</th><th scope="col" class="n num">{}</th><th scope="col" class="n num">{}</th></tr></thead><tbody>{}</tbody></table>{})",
      words(numbered_text("decisions", count)), "#", words("decision"), words("who"), words("points"),
      words("work"), rows,
      capped ? "<p class=\"small\">" + words("decisions_capped") + "</p>" : std::string());
}

std::string decisions_sentence(const BoardReport& report, const Words& words) {
  const auto count = report.decisions.size();
  if (count == 0) return words.plain("lead_nothing");
  std::int64_t minutes = 0;
  for (const auto& decision : report.decisions) minutes += decision.minutes;
  const auto work = work_in_words(minutes, words);
  if (report.together_cp <= report.score_cp) return words.plain("lead_capped", work);
  return words.plain(numbered_text("lead_decisions", count), work, words.points(report.together_cp),
                     report.together_grade);
}

}  // namespace utsyn::report
