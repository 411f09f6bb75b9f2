// A nation of organisations in memory: how long the service needs to start with them, what they weigh, and
// how quickly a reader is answered, beside a bare pass over one column in the same run.
//
// The organisations are made by chance (fictional, the same each time) in an SQLite store of their own, in a
// temporary folder, with 20 open findings each, and read from there as the service reads them. Requests are
// then made one after the other on one thread, `--rate` a second, each timed from the moment it was due: what
// a slow one holds up counts.
//
//     portfolio_bench [--organisations N] [--seconds N] [--rate N]
#include <fmt/core.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/time.h>

#include <unistd.h>
#include <algorithm>
#include <boost/json.hpp>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "checks/catalogue.h"
#include "portfolio/json.h"
#include "portfolio/portfolios.h"

namespace {

using namespace utsyn;             // NOLINT: a program of its own
using namespace utsyn::portfolio;  // NOLINT
using Clock = std::chrono::steady_clock;

struct Options {
  std::size_t organisations = 1'000'000;
  std::size_t seconds = 20;
  std::size_t rate = 100;
};

Options read_options(int count, char** words) {
  Options out;
  for (int i = 1; i + 1 < count; i += 2) {
    const std::string_view name = words[i];
    const std::string_view text = words[i + 1];
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    if (value < 1) throw std::runtime_error("a number is needed after " + std::string(name));
    if (name == "--organisations") {
      out.organisations = value;
    } else if (name == "--seconds") {
      out.seconds = value;
    } else if (name == "--rate") {
      out.rate = value;
    } else {
      throw std::runtime_error("unknown option " + std::string(name));
    }
  }
  if (out.organisations < 100'000) out.seconds = std::min<std::size_t>(out.seconds, 1);
  return out;
}

// In kB; "VmHWM" is the highest so far, "VmRSS" the present one.
long memory(std::string_view what) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with(what)) return std::strtol(line.c_str() + what.size() + 1, nullptr, 10);
  return 0;
}

double milliseconds(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

std::string padded(std::size_t number) {
  const auto digits = std::to_string(number);
  return std::string(8 - std::min<std::size_t>(8, digits.size()), '0') + digits;
}

void fill(store::Sql& sql, std::size_t organisations) {
  std::mt19937 chance(20261121);
  const auto below = [&](std::size_t most) { return static_cast<std::int64_t>(chance() % most); };
  const auto catalogue = checks::catalogue();
  constexpr std::size_t batch = 20'000;
  for (std::size_t from = 0; from < organisations; from += batch) {
    sql.write([&](store::Connection& connection) {
      for (std::size_t i = from; i < std::min(from + batch, organisations); ++i) {
        const auto id = "org-" + padded(i);
        const bool municipality = i % 40 == 0;
        const auto kostra = "EKG" + std::to_string(10 + below(8));
        connection.execute(
            R"(INSERT INTO organisation (id, name, kind, county, kostra, sector, population, employees)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))",
            {id, "Fictional " + padded(chance() % 10'000'000), municipality ? "municipality" : "supplier",
             std::to_string(10 + below(15)),
             municipality ? std::optional<std::string>(kostra) : std::optional<std::string>(),
             chance() % 2 == 0 ? "6500" : "2100",
             municipality ? std::optional<std::int64_t>(below(100'000)) : std::optional<std::int64_t>(),
             below(3'000)});
        std::vector<std::string> open;
        while (open.size() < 20) {
          const auto& check = catalogue[static_cast<std::size_t>(below(catalogue.size()))].id;
          if (std::ranges::find(open, check) == open.end()) open.push_back(check);
        }
        std::ranges::sort(open);
        std::string checks;
        for (const auto& check : open) checks += (checks.empty() ? "" : ",") + check;
        const auto score_cp = 3'000 + below(7'001);
        const auto coverage = 4'500 + below(5'501);
        const auto grade = score::word(score::grade_of(score_cp, coverage));
        connection.execute(
            R"(INSERT INTO standing (organisation, measured, score_cp, grade, managed_cp, coverage, low_cp, high_cp, gate,
  assets, critical, high, medium, low, overdue_days, checks)
VALUES (?1, ?2, ?3, ?4, ?3, ?5, ?3, ?3, ?6, ?7, 1, 4, 8, 7, ?8, ?9))",
            {id, std::int64_t{1'800'000'000} + below(86'400), score_cp, grade, coverage,
             chance() % 20 == 0 ? "kev" : "", 1 + below(120), below(200), checks});
        for (const std::int64_t days_ago : {90, 30, 3}) {
          const auto then = 3'000 + below(7'001);
          connection.execute("INSERT INTO standing_past VALUES (?1, ?2, ?3, ?4, ?5)",
                             {id, std::int64_t{20'833} - days_ago, then,
                              score::word(score::grade_of(then, coverage)), coverage});
        }
        for (const auto* kind : {"mail-operator", "dns-operator", "certificate-authority", "host"})
          connection.execute("INSERT INTO dependence VALUES (?1, ?2, ?3, 1)",
                             {id, kind, std::string(kind) + std::to_string(below(5'000)) + ".example"});
      }
    });
  }
}

struct Question {
  const char* name;
  std::function<std::size_t()> ask;  // bytes of the answer, so that nothing is left out
  std::vector<double> took{};        // ms, with what held it up
  std::vector<double> cpu{};         // ms of processor time
};

double processor_ms() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

double quantile(std::vector<double>& sorted, double part) {
  if (sorted.empty()) return 0;
  return sorted[std::min(sorted.size() - 1,
                         static_cast<std::size_t>(part * static_cast<double>(sorted.size())))];
}

void run(const Options& options) {
  auto folder_name = (std::filesystem::temp_directory_path() / "utsyn-portfolio-bench-XXXXXX").string();
  if (mkdtemp(folder_name.data()) == nullptr) throw std::runtime_error("cannot make a temporary folder");
  const std::filesystem::path folder = folder_name;
  auto sql = store::open_sql((folder / "store.db").string());
  if (!sql) throw std::runtime_error(sql.error().message);
  const auto filling = Clock::now();
  fill(**sql, options.organisations);
  fmt::print("organisations                {}\n", options.organisations);
  fmt::print("filling the store            {:.1f} s (not part of the service)\n",
             milliseconds(Clock::now() - filling) / 1'000);

  const auto before = memory("VmRSS");
  const auto loading = Clock::now();
  const auto loading_cpu = processor_ms();
  Portfolios portfolios(*sql);
  fmt::print("start: read into columns     {:.1f} s, {:.1f} of processor time (goal 30 for a million)\n",
             milliseconds(Clock::now() - loading) / 1'000, (processor_ms() - loading_cpu) / 1'000);
  fmt::print(
      "memory of the columns        {:.0f} MB; the whole process at its highest {:.0f} MB (goal 4096)\n",
      static_cast<double>(memory("VmRSS") - before) / 1'024, static_cast<double>(memory("VmHWM")) / 1'024);

  std::fflush(stdout);

  access::Access access;
  access.user = "bench";
  access.everywhere = access::Detail::findings;
  std::mt19937 chance(7);
  const auto over = [&](const Filter& filter, auto answer) {
    const auto view = portfolios.view();
    const Seen seen(*view, access);
    const auto members = equal_members(seen, matching(*view, seen, filter));
    return boost::json::serialize(answer(*view, seen, members)).size();
  };
  const auto page = [&](const Filter& filter, const char* order) {
    return over(filter, [&](const Table& table, const Seen& seen, const Members& members) {
      boost::json::array out;
      for (const auto row : sorted_page(table, seen, members.rows, *sorting_named(order), {}, 50))
        out.push_back(organisation_json(table, seen, row));
      return out;
    });
  };
  const auto county = [&] {
    Filter filter;
    filter.counties = {std::to_string(10 + chance() % 15)};
    return filter;
  };
  const auto figures = [](const Table& table, const Seen&, const Members& members) {
    return figures_json(figures_of(table, members, false));
  };
  std::vector<Question> questions;
  questions.push_back({"list: all by name, 50", [&] { return page({}, "name"); }});
  questions.push_back({"list: all by score, 50", [&] { return page({}, "-score"); }});
  questions.push_back({"filter: a county's worst 50", [&] { return page(county(), "score"); }});
  questions.push_back({
      "filter: part of a name",
      [&] {
        Filter filter;
        filter.text = std::to_string(chance() % 100'000);
        return page(filter, "name");
      },
  });
  questions.push_back({
      "detail: one of them",
      [&] {
        const auto view = portfolios.view();
        const Seen seen(*view, access);
        const auto row = static_cast<RowNumber>(chance() % view->size());
        const auto found = view->find(view->id[row]);
        return boost::json::serialize(organisation_json(*view, seen, *found)).size();
      },
  });
  questions.push_back({"figures: all", [&] { return over({}, figures); }});
  questions.push_back({"figures: a county", [&] { return over(county(), figures); }});
  questions.push_back({
      "issues: a county",
      [&] {
        return over(county(), [](const Table& table, const Seen& seen, const Members& members) {
          return issues_json(issues_of(table, seen, members.rows, 10));
        });
      },
  });
  questions.push_back({
      "movers: a county, 30 days",
      [&] {
        return over(county(), [](const Table& table, const Seen&, const Members& members) {
          return movers_json(table, movers_of(table, members.rows, 20'833, 30, 10));
        });
      },
  });
  const std::size_t usual = questions.size();
  questions.push_back({
      "issues: all",
      [&] {
        return over({}, [](const Table& table, const Seen& seen, const Members& members) {
          return issues_json(issues_of(table, seen, members.rows, 10));
        });
      },
  });
  questions.push_back({
      "breakdown: all by county, suppressed",
      [&] {
        return over({}, [](const Table& table, const Seen&, const Members& members) {
          return breakdown_json(Dimension::county, breakdown_of(table, members, Dimension::county, false));
        });
      },
  });
  questions.push_back({
      "concentration: all, mail operators",
      [&] {
        return over({}, [](const Table& table, const Seen& seen, const Members& members) {
          return concentration_json("mail-operator",
                                    concentration_of(table, seen, members.rows, "mail-operator", 10));
        });
      },
  });
  questions.push_back({
      "history: all, 92 days",
      [&] {
        return over({}, [](const Table& table, const Seen&, const Members& members) {
          return history_json(history_of(table, members, false, 20'833 - 92, 20'833));
        });
      },
  });

  std::size_t bytes = 0;
  for (auto& question : questions) bytes += question.ask();  // once, so that every page is there

  // The limit: one column read once.
  {
    const auto view = portfolios.view_as_is();
    const auto start = Clock::now();
    std::uint64_t sum = 0;
    for (int i = 0; i < 100; ++i)
      for (const auto score : view->score_cp) sum += score;
    fmt::print("limit: a bare sum of scores  {:.2f} ms ({})\n", milliseconds(Clock::now() - start) / 100,
               sum % 10);
  }

  const auto total = options.seconds * options.rate;
  const auto step = std::chrono::nanoseconds{1'000'000'000 / static_cast<std::int64_t>(options.rate)};
  std::vector<double> all;
  std::vector<double> all_cpu;
  const auto start = Clock::now();
  rusage used_before{};
  getrusage(RUSAGE_SELF, &used_before);
  for (std::size_t i = 0; i < total; ++i) {
    const auto due = start + step * static_cast<std::int64_t>(i);
    std::this_thread::sleep_until(due);
    auto& question = questions[i % usual];
    const auto before_cpu = processor_ms();
    bytes += question.ask();
    const auto took = milliseconds(Clock::now() - due);
    question.took.push_back(took);
    question.cpu.push_back(processor_ms() - before_cpu);
    all.push_back(took);
    all_cpu.push_back(question.cpu.back());
  }
  rusage used_after{};
  getrusage(RUSAGE_SELF, &used_after);
  const auto wall = milliseconds(Clock::now() - start);
  const auto cpu = [](const rusage& used) {
    return static_cast<double>(used.ru_utime.tv_sec + used.ru_stime.tv_sec) * 1e3 +
           static_cast<double>(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e3;
  };
  std::ranges::sort(all);
  std::ranges::sort(all_cpu);
  fmt::print("\n{} requests, {} a second asked for, {:.1f} made, {:.0f} % of a processor\n", total,
             options.rate, static_cast<double>(total) / wall * 1'000,
             100 * (cpu(used_after) - cpu(used_before)) / wall);
  fmt::print("                                            waited                     of processor time\n");
  fmt::print(
      "all requests                             p50 {:6.2f} ms   p99 {:6.2f} ms   p50 {:6.2f} ms   p99 "
      "{:6.2f} ms   (goal p99 50)\n",
      quantile(all, 0.5), quantile(all, 0.99), quantile(all_cpu, 0.5), quantile(all_cpu, 0.99));
  for (std::size_t i = 0; i < questions.size(); ++i) {
    auto& question = questions[i];
    if (i == usual) fmt::print("one after the other, nothing else:\n");
    if (i >= usual)
      for (int round = 0; round < 10; ++round) {
        const auto asked = Clock::now();
        const auto before_cpu = processor_ms();
        bytes += question.ask();
        question.took.push_back(milliseconds(Clock::now() - asked));
        question.cpu.push_back(processor_ms() - before_cpu);
      }
    std::ranges::sort(question.took);
    std::ranges::sort(question.cpu);
    fmt::print("  {:38} p50 {:6.2f} ms   p99 {:6.2f} ms   p50 {:6.2f} ms   p99 {:6.2f} ms\n", question.name,
               quantile(question.took, 0.5), quantile(question.took, 0.99), quantile(question.cpu, 0.5),
               quantile(question.cpu, 0.99));
  }
  fmt::print("{} bytes answered\n", bytes);
  sql->reset();
  std::error_code ignored;
  std::filesystem::remove_all(folder, ignored);
}

}  // namespace

int main(int count, char** words) {
  try {
    run(read_options(count, words));
    return 0;
  } catch (const std::exception& error) {
    fmt::print(stderr, "portfolio_bench: {}\n", error.what());
    return 1;
  }
}
