// Does robots.txt tell strangers where to look (RFC 9309)? The paths are not asked for.
#include "checks/http/reading.h"
#include "wire/http/robots_txt.h"

namespace utsyn::checks::http_robots_leak {
namespace {

Verdict evaluate(const Evidence& evidence) {
  return for_first_secure(evidence, [&](const HttpExchange&) -> Verdict {
    const auto& found = evidence.web.seen()->robots_txt;
    const auto* file = found.seen();
    if (file == nullptr) return could_not_look(found.unseen());
    if (file->status == 403 || file->status == 429 || file->status >= 500)
      return could_not_look(Unseen::rejected);
    if (file->status != 200) return {Outcome::pass, "no-file"};
    auto paths = wire::telling_paths(wire::parse_robots_txt(file->body));
    if (paths.empty()) return {Outcome::pass, "nothing-told"};
    if (paths.size() > 20) paths.resize(20);
    return Verdict{Outcome::warn, "paths-told"}.with("paths", std::move(paths));
  });
}

std::vector<Example> examples() {
  const auto having = [](const std::string& body, int status = 200) {
    auto evidence = page_with({});
    TextFile file;
    file.url = "https://www.example.no/robots.txt";
    file.status = status;
    file.content_type = "text/plain";
    file.body = body;
    evidence.web.seen()->robots_txt = file;
    return evidence;
  };
  auto silent = page_with({});
  silent.web.seen()->robots_txt = Unseen::timed_out;
  return {
      {"no file", having("", 404), Outcome::pass, "no-file"},
      {"nothing of interest", having("User-agent: *\nDisallow: /sok\n"), Outcome::pass, "nothing-told"},
      {"where the back door is", having("User-agent: *\nDisallow: /admin/\nDisallow: /backup/\n"),
       Outcome::warn, "paths-told"},
      {"a bot defence answered 403", having("", 403), Outcome::unknown, "rejected"},
      {"the file was not answered", silent, Outcome::unknown, "timed-out"},
      {"no https",
       site({page("http://www.example.no/")}, {unanswered("https://www.example.no/", Unseen::refused)}),
       Outcome::not_applicable, "no-https"},
      {"both ports are closed", both_ports_closed(), Outcome::not_applicable, "no-web"},
  };
}

}  // namespace
}  // namespace utsyn::checks::http_robots_leak

UTSYN_CHECK(http_robots_leak) = {
    .id = "http.robots-leak",
    .assets = {utsyn::AssetKind::web},
    .reads = utsyn::checks::Part::web,
    .evaluate = utsyn::checks::http_robots_leak::evaluate,
    .examples = utsyn::checks::http_robots_leak::examples,
};
