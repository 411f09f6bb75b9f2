// Does an error page show the inside of the program (CWE-209)? A path that cannot exist was asked for.
// Debuggers that may run a visitor's code weigh more.
#include "checks/http/reading.h"

namespace utsyn::checks::http_error_stacktrace {
namespace {

// wire/http/stack_trace.h marks these as able to run code.
bool may_run_code(std::string_view framework) {
  return framework == "Werkzeug" || framework == "Laravel Ignition";
}

std::optional<Verdict> shows_inside(const HttpAnswer* answer, const std::string& url) {
  const auto* facts = answer == nullptr ? nullptr : answer->page.seen();
  if (facts == nullptr || facts->stack_trace.empty()) return std::nullopt;
  auto verdict = Verdict{Outcome::fail, may_run_code(facts->stack_trace) ? "debugger" : "details"}
                     .with("framework", facts->stack_trace)
                     .with("url", url);
  return may_run_code(facts->stack_trace) ? std::move(verdict).weighing(Severity::high) : std::move(verdict);
}

Verdict evaluate(const Evidence& evidence) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  const auto& site = *evidence.web.seen();
  for (const auto* chain : {&site.secure, &site.plain}) {
    for (const auto& hop : chain->hops) {
      if (!on_host(hop, evidence.host)) continue;
      if (auto verdict = shows_inside(hop.answer.seen(), hop.url)) return std::move(*verdict);
    }
  }
  if (auto verdict = shows_inside(site.missing.seen(), "a path that does not exist"))
    return std::move(*verdict);
  if (auto verdict = shows_inside(site.plain_path.seen(), "a path that does not exist, over http"))
    return std::move(*verdict);
  const auto* missing = site.missing.seen();
  if (missing == nullptr) {
    if (site.missing.unseen() == Unseen::not_measured) {
      if (auto verdict = chain_cut_short(site)) return std::move(*verdict);
    }
    return could_not_look(site.missing.unseen());
  }
  // A server error without details is just what is asked for; a block is not.
  if (missing->status == 403 || missing->status == 429 || missing->status == 503)
    return could_not_look(Unseen::rejected);
  return Verdict{Outcome::pass, "no-details"}.with("status", missing->status);
}

std::vector<Example> examples() {
  const auto missing = [](int status, const std::string& framework) {
    auto evidence = page_with({});
    PageFacts facts;
    facts.stack_trace = framework;
    auto answer = page("https://www.example.no/x", {}, facts);
    answer.answer.seen()->status = status;
    evidence.web.seen()->missing = *answer.answer.seen();
    return evidence;
  };
  auto silent = page_with({});
  silent.web.seen()->missing = Unseen::timed_out;
  PageFacts django;
  django.stack_trace = "Django";
  return {
      {"a plain page that says it is not there", missing(404, ""), Outcome::pass, "no-details"},
      {"an error without details", missing(500, ""), Outcome::pass, "no-details"},
      {"Java shows its calls", missing(500, "Java"), Outcome::fail, "details"},
      {"a debugger that runs code", missing(500, "Werkzeug"), Outcome::fail, "debugger"},
      {"on the front page itself", page_with({}, django), Outcome::fail, "details"},
      {"a bot defence answered 403", missing(403, ""), Outcome::unknown, "rejected"},
      {"the path was not answered", silent, Outcome::unknown, "timed-out"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_error_stacktrace

UTSYN_CHECK(http_error_stacktrace) = {
    .id = "http.error-stacktrace",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_error_stacktrace::evaluate,
    .examples = utsyn::checks::http_error_stacktrace::examples,
};
