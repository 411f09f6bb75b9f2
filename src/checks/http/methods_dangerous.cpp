// Does TRACE send back what was asked, cookies and all (RFC 9110 section 9.3.8)? PUT and DELETE in an Allow
// header are told, but weigh nothing: they are often listed where they do not work, and are not tried.
#include "checks/http/reading.h"

namespace utsyn::checks::http_methods_dangerous {
namespace {

Verdict evaluate(const Evidence& evidence) {
  if (auto verdict = no_site(evidence)) return std::move(*verdict);
  const auto& site = *evidence.web.seen();
  const auto* echoed = site.trace_echoed.seen();
  if (echoed == nullptr) {
    // Not even asked: the reason is that of the chain.
    if (site.trace_echoed.unseen() == Unseen::not_measured) {
      if (auto verdict = chain_cut_short(site)) return std::move(*verdict);
    }
    return could_not_look(site.trace_echoed.unseen());
  }
  if (*echoed) return {Outcome::fail, "trace-answered"};
  if (const auto* allow = site.allow.seen()) {
    for (const auto& method : wire::list_members(*allow)) {
      if (method == "PUT" || method == "DELETE")
        return Verdict{Outcome::warn, "writing-listed"}
            .with("allow", *allow)
            .weighing(Severity::info)
            .held(Confidence::weak);
    }
  }
  return {Outcome::pass, "trace-off"};
}

std::vector<Example> examples() {
  const auto site_with = [](const Observed<bool>& echoed, Observed<std::string> allow) {
    auto evidence = page_with({});
    evidence.web.seen()->trace_echoed = echoed;
    evidence.web.seen()->allow = std::move(allow);
    return evidence;
  };
  return {
      {"TRACE is off", site_with(false, std::string("GET, HEAD, OPTIONS")), Outcome::pass, "trace-off"},
      {"TRACE comes back", site_with(true, std::string("")), Outcome::fail, "trace-answered"},
      {"writing is listed", site_with(false, std::string("GET, PUT, DELETE")), Outcome::warn,
       "writing-listed"},
      {"the list of methods was not seen", site_with(false, Unseen::reset), Outcome::pass, "trace-off"},
      {"the connection broke at TRACE", site_with(Unseen::reset, Unseen::not_measured), Outcome::unknown,
       "reset"},
      {"the server was silent", silent_site(), Outcome::unknown, "timed-out"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_methods_dangerous

UTSYN_CHECK(http_methods_dangerous) = {
    .id = "http.methods.dangerous",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_methods_dangerous::evaluate,
    .examples = utsyn::checks::http_methods_dangerous::examples,
};
