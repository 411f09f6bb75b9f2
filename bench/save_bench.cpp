// How fast measurements are stored: the same organisation (ten assets, two hundred records, six hundred
// verdicts, twenty findings) measured again and again, a few verdicts another each time.
//
//   save_bench WHERE SAVES
//
// WHERE is as --db takes it. Prints milliseconds for each save: the first (everything is new), the middle and
// the slowest of the rest.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <vector>

#include "base/text.h"
#include "store/store.h"

namespace {

using namespace utsyn;

store::Measurement measurement(std::int64_t n, const std::vector<store::Finding>& before) {
  store::Measurement m;
  m.organisation = {"save-bench", "Fjord kommune", "municipality"};
  m.time = from_unix(1'795'168'800 + n * 86'400);
  m.profile = "core";
  for (int a = 0; a < 10; ++a) {
    store::AssetRecords one;
    one.asset.id = one.asset.host = "host" + std::to_string(a) + ".fjord.example";
    one.asset.domain = "fjord.example";
    one.asset.why = {"given"};
    for (int r = 0; r < 20; ++r) {
      const auto subject = one.asset.id + "/" + std::to_string(r);
      const auto data =
          "{\"n\":" + std::to_string(r == 0 ? n : 0) + ",\"text\":\"" + std::string(600, 'x') + "\"}";
      one.records.push_back({record_id("bench", subject, data), "bench", subject, data});
    }
    for (int v = 0; v < 60; ++v) {
      store::Judged judged;
      judged.asset = one.asset.id;
      judged.check = "area.check" + std::to_string(v);
      const bool fails = v < 2 && (n + a + v) % 10 != 0;
      judged.verdict =
          checks::Verdict{fails ? checks::Outcome::fail : checks::Outcome::pass, "reason"}.with("count", v);
      judged.severity = checks::Severity::medium;
      judged.evidence = {one.records[static_cast<std::size_t>(v) % 20].id};
      m.verdicts.push_back(std::move(judged));
    }
    m.assets.push_back(std::move(one));
  }
  auto advanced = store::advance(before, m.verdicts, m.time);
  m.findings = std::move(advanced.findings);
  m.events = std::move(advanced.events);
  m.method = "utsyn-1.0";
  m.input = R"({"method":"utsyn-1.0","assets":[],"findings":[],"coverage":0})";
  m.output = "{\"score_cp\":" + std::to_string(9000 + n % 7) + "}";
  m.score_cp = 9000 + n % 7;
  m.grade = "A";
  return m;
}

}  // namespace

int main(int argc, char** argv) {
  const auto saves = argc == 3 ? parse_uint(argv[2]) : std::nullopt;
  if (!saves || *saves < 2 || *saves > 1'000'000) {
    std::fprintf(stderr, "usage: save_bench WHERE SAVES\n");
    return 2;
  }
  const auto opened = store::open_store(argv[1]);
  if (!opened) {
    std::fprintf(stderr, "save_bench: %s\n", opened.error().message.c_str());
    return 1;
  }
  auto& store = **opened;
  const auto start = static_cast<std::int64_t>(store.counts()->measurements);
  std::vector<double> times;
  std::vector<store::Finding> before = *store.findings("save-bench");
  for (std::uint64_t i = 0; i < *saves; ++i) {
    const auto m = measurement(start + static_cast<std::int64_t>(i), before);
    const auto from = std::chrono::steady_clock::now();
    if (const auto saved = store.save(m); !saved) {
      std::fprintf(stderr, "save_bench: %s\n", saved.error().message.c_str());
      return 1;
    }
    times.push_back(
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - from).count());
    before = m.findings;
  }
  std::printf("first %.1f ms", times.front());
  std::sort(times.begin() + 1, times.end());
  std::printf(", middle of the rest %.1f ms, slowest %.1f ms\n", times[1 + (times.size() - 1) / 2],
              times.back());
  return 0;
}
