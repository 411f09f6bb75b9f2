// Writing: section 10 of the methodology and the outputs of section 11, and the lines of `--jsonl`.
#include <concepts>

#include "base/json_text.h"
#include "base/text.h"
#include "score/json.h"

namespace utsyn::score {
namespace {

// Writes what it is told in the order it is told; commas come by themselves.
class Writer {
 public:
  Writer& open(char bracket) {
    separate();
    text_ += bracket;
    first_ = true;
    return *this;
  }
  Writer& close(char bracket) {
    text_ += bracket;
    first_ = false;
    return *this;
  }
  Writer& member(std::string_view name) {
    separate();
    append_json_text(text_, name);
    text_ += ':';
    first_ = true;  // the value follows without a comma
    return *this;
  }
  Writer& value(std::string_view text) {
    separate();
    append_json_text(text_, text);
    return *this;
  }
  Writer& value(std::integral auto number) {
    separate();
    text_ += std::to_string(number);
    return *this;
  }
  Writer& value(bool flag) { return literal(flag ? "true" : "false"); }
  Writer& null() { return literal("null"); }
  template <class T>
  Writer& value(const std::optional<T>& maybe) {
    return maybe ? value(*maybe) : null();
  }
  Writer& value(const std::array<std::int64_t, 2>& interval) {
    return open('[').value(interval[0]).value(interval[1]).close(']');
  }
  Writer& value(const CentsByName& cents) {
    open('{');
    for (const auto& [name, cp] : cents) member(name).value(cp);
    return close('}');
  }

  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (!first_) text_ += ',';
    first_ = false;
  }
  Writer& literal(std::string_view word) {
    separate();
    text_ += word;
    return *this;
  }

  std::string text_;
  bool first_ = true;
};

void write(Writer& writer, const Finding& finding) {
  static const Finding standard;
  writer.open('{').member("id").value(finding.id).member("asset").value(finding.asset);
  writer.member("sev").value(word(finding.sev));
  const auto flag = [&](std::string_view name, bool set) {
    if (set) writer.member(name).value(true);
  };
  flag("cve", finding.cve);
  flag("kev", finding.kev);
  flag("ransomware", finding.ransomware);
  flag("automatable", finding.automatable);
  flag("total", finding.total);
  flag("public_exploit", finding.public_exploit);
  flag("compromise", finding.compromise);
  if (finding.epss_max7) writer.member("epss_max7").value(*finding.epss_max7);
  if (finding.conf != standard.conf) writer.member("conf").value(word(finding.conf));
  if (finding.ctrl != standard.ctrl) writer.member("ctrl").value(word(finding.ctrl));
  if (finding.state != standard.state) writer.member("state").value(word(finding.state));
  if (finding.age != standard.age) writer.member("age").value(finding.age);
  if (finding.unseen != standard.unseen) writer.member("unseen").value(finding.unseen);
  if (finding.group) writer.member("group").value(*finding.group);
  if (finding.domain) writer.member("domain").value(*finding.domain);
  writer.close('}');
}

void write(Writer& writer, const Plan& plan) {
  writer.open('{').member("actions").open('[');
  for (const Action& action : plan.actions) {
    writer.open('{').member("id").value(action.id).member("minutes").value(action.minutes);
    writer.member("fixes").open('[');
    for (const std::string& finding : action.fixes) writer.value(finding);
    writer.close(']').close('}');
  }
  writer.close(']');
  if (plan.target_cp) writer.member("target_cp").value(*plan.target_cp);
  if (plan.budget_min) writer.member("budget_min").value(*plan.budget_min);
  writer.close('}');
}

void write(Writer& writer, const PlanAnswer& plan) {
  writer.open('{').member("reachable").value(plan.reachable).member("actions").open('[');
  for (const std::string& action : plan.actions) writer.value(action);
  writer.close(']').member("minutes").value(plan.minutes).member("score_cp").value(plan.score_cp);
  if (!plan.exact) writer.member("exact").value(false);
  writer.close('}');
}

template <class Answer_to>
std::optional<Answer> answer_line(std::string_view line, std::size_t number, Answer_to answer_to) {
  if (trim(line).empty()) return std::nullopt;
  auto answer = answer_to(line);
  if (!answer) return refuse_line(number, answer.error());
  return Answer{std::move(*answer), true};
}

}  // namespace

std::string write_organisation(const Organisation& organisation) {
  static const Organisation standard;
  Writer writer;
  writer.open('{');
  if (organisation.id) writer.member("id").value(*organisation.id);
  if (organisation.method_named) writer.member("method").value(method_id);
  writer.member("assets").open('[');
  for (const Asset& asset : organisation.assets) {
    writer.open('{').member("id").value(asset.id);
    if (asset.v != Asset{}.v) writer.member("v").value(asset.v);
    writer.close('}');
  }
  writer.close(']');
  if (!organisation.findings.empty()) {
    writer.member("findings").open('[');
    for (const Finding& finding : organisation.findings) write(writer, finding);
    writer.close(']');
  }
  if (organisation.coverage != standard.coverage) writer.member("coverage").value(organisation.coverage);
  if (!organisation.breach_days.empty()) {
    writer.member("breach_days").open('[');
    for (const std::int64_t days : organisation.breach_days) writer.value(days);
    writer.close(']');
  }
  if (organisation.peer_load_p75 != standard.peer_load_p75)
    writer.member("peer_load_p75").value(organisation.peer_load_p75);
  if (organisation.plan) {
    writer.member("plan");
    write(writer, *organisation.plan);
  }
  return writer.close('}').take();
}

std::string write_score(const Score& score) {
  Writer writer;
  writer.open('{');
  if (score.id) writer.member("id").value(*score.id);
  writer.member("method").value(method_id);
  writer.member("score_cp").value(score.score_cp).member("grade").value(word(score.grade));
  writer.member("D_ppm").value(score.loss_ppm).member("lines").value(score.lines);
  writer.member("interval_cp").value(score.interval_cp).member("confidence").value(word(score.confidence));
  writer.member("managed_cp").value(score.managed_cp).member("if_upheld_cp").value(score.if_upheld_cp);
  writer.member("gain_cp").value(score.gain_cp).member("domains").value(score.domains);
  if (score.plan) {
    writer.member("plan");
    write(writer, *score.plan);
  }
  return writer.close('}').take();
}

std::string write_change(const Change& change) {
  Writer writer;
  writer.open('{').member("before_cp").value(change.before_cp).member("after_cp").value(change.after_cp);
  writer.member("steps").open('{');
  writer.member("method").value(change.steps.method).member("footprint").value(change.steps.footprint);
  writer.member("feeds").value(change.steps.feeds).member("treatment").value(change.steps.treatment);
  writer.member("ageing").value(change.steps.ageing).member("findings").value(change.steps.findings);
  return writer.close('}').close('}').take();
}

std::string write_portfolio(const PortfolioAnswer& answer) {
  Writer writer;
  writer.open('{').member("members").value(answer.members).member("suppressed").value(answer.suppressed);
  if (const auto& figures = answer.figures) {
    writer.member("rated").value(figures->rated).member("unrated").value(figures->unrated);
    writer.member("mean_cp").value(figures->mean_cp).member("median_cp").value(figures->median_cp);
    writer.member("weighted_cp").value(figures->weighted_cp);
    writer.member("p10_cp").value(figures->p10_cp).member("p25_cp").value(figures->p25_cp);
    writer.member("p75_cp").value(figures->p75_cp).member("p90_cp").value(figures->p90_cp);
    writer.member("median_interval_cp").value(figures->median_interval_cp);
    writer.member("grades").open('{');
    for (std::size_t i = 0; i < grade_words.size(); ++i)
      writer.member(grade_words[i]).value(figures->grades[i]);
    writer.close('}').member("gate_share").value(figures->gate_share);
    writer.member("median_overdue_days").value(figures->median_overdue_days);
    writer.member("mean_coverage").value(figures->mean_coverage);
    writer.member("inhabitants_d_f").value(figures->inhabitants_d_f);
    writer.member("peers").open('{');
    for (const auto& [id, peer] : figures->peers) {
      writer.member(id).open('{').member("level").value(word(peer.level)).member("n").value(peer.n);
      writer.member("percentile").value(peer.percentile).close('}');
    }
    writer.close('}');
  }
  return writer.close('}').take();
}

Result<std::string, std::string> answer_score(std::string_view document) {
  const auto organisation = read_organisation(document);
  if (!organisation) return unexpected(organisation.error());
  return write_score(score(*organisation));
}

Result<std::string, std::string> answer_change(std::string_view document) {
  const auto both = read_change(document);
  if (!both) return unexpected(both.error());
  return write_change(change(both->before, both->after));
}

Result<std::string, std::string> answer_portfolio(std::string_view document) {
  const auto whole = read_portfolio(document);
  if (!whole) return unexpected(whole.error());
  return write_portfolio(portfolio(*whole));
}

Answer refuse_line(std::size_t number, std::string_view reason) {
  Writer writer;
  writer.open('{')
      .member("error")
      .value("line " + std::to_string(number) + ": " + std::string(reason))
      .close('}');
  return {writer.take(), false};
}

std::optional<Answer> answer_score_line(std::string_view line, std::size_t number) {
  return answer_line(line, number, answer_score);
}
std::optional<Answer> answer_change_line(std::string_view line, std::size_t number) {
  return answer_line(line, number, answer_change);
}
std::optional<Answer> answer_portfolio_line(std::string_view line, std::size_t number) {
  return answer_line(line, number, answer_portfolio);
}

}  // namespace utsyn::score
