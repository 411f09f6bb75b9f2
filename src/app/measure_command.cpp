// utsyn measure: ask, judge, score, store, print. With --as-of: judge and score what the store held then.
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <map>

#include "app/full_profile.h"
#include "app/options.h"
#include "app/progress.h"
#include "app/stop_watch.h"
#include "base/name.h"
#include "engine/values_before.h"
#include "followup/desk.h"
#include "footprint/refused.h"
#include "footprint/register.h"
#include "report/document.h"
#include "report/terminal.h"

namespace utsyn::app {
namespace {

UtcTime clock_now() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

report::Look look_of(const Options& options) {
  report::Look look;
  look.language = language_of(options);
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1) {
    look.colour = std::getenv("NO_COLOR") == nullptr;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
      look.width = std::min<int>(size.ws_col, 120);
  }
  return look;
}

// Null with --db none.
Result<std::shared_ptr<store::Sql>, Refusal> open_database(const Options& options) {
  if (options.db == "none") return nullptr;
  auto opened = store::open_sql(options.db.empty() ? default_store_path() : options.db);
  if (!opened) return unexpected(Refusal{opened.error().message, 1});
  return std::move(*opened);
}

// What was measured by hand can be followed by the service: it knows from then on where to start.
void remember_targets(store::Sql& sql, const engine::Target& target, UtcTime now) {
  access::Access by_hand;
  by_hand.actor.id = "command-line";
  sql.write([&](store::Connection& connection) {
    const auto remember = [&](std::string_view kind, std::string name) {
      footprint::add_target(connection, now, by_hand, target.organisation.id, kind, name);
    };
    for (const auto& domain : target.domains) remember("domain", domain);
    for (const auto& host : target.hosts) {
      const auto under = [&](const std::string& domain) { return is_subdomain(host, domain); };
      if (std::ranges::any_of(target.domains, under)) remember("host", host);
    }
  });
}

// Results as they come: stored at once, and printed when the run is over.
class Printer {
 public:
  Printer(const Options& options, std::shared_ptr<store::Sql> sql)
      : json_(options.json),
        sql_(std::move(sql)),
        store_(sql_ ? store::store_on(sql_) : nullptr),
        look_(look_of(options)) {}

  void take(engine::Outcome outcome, bool save) {
    if (!outcome.assessment) {
      errors_.push_back(outcome.assessment.error().message);
      return;
    }
    auto& assessment = *outcome.assessment;
    if (save && store_ != nullptr) {
      // A service beside us may have taken decisions meanwhile.
      if (!assessment.unvalued.empty()) {
        engine::keep_values(assessment, sql_->read([&](store::Connection& connection) {
          return engine::values_before(connection, outcome.target.organisation.id);
        }));
      }
      if (const auto now = store_->findings(outcome.target.organisation.id); now)
        engine::take_treatments(assessment, *now);
      if (const auto saved = store_->save(assessment.measurement); !saved) {
        errors_.push_back(saved.error().message);
        return;
      }
      try {
        remember_targets(*sql_, outcome.target, assessment.measurement.time);
      } catch (const footprint::Refused& refused) {
        std::fprintf(stderr, "utsyn: %s: not all its names were registered (%s); the measurement is kept\n",
                     outcome.target.organisation.id.c_str(), refused.what());
      } catch (const store::Failure& failure) {
        errors_.push_back(outcome.target.organisation.id + ": registering its domains: " + failure.what());
      }
    }
    if (json_) {
      documents_[outcome.target.organisation.id] = report::organisation_json(assessment);
      return;
    }
    for (auto& asset : assessment.measurement.assets)
      asset.records.clear();  // kept by the store, not for printing
    assessments_[outcome.target.organisation.id] = std::move(assessment);
  }

  // Prints in the order asked for, whoever finished first.
  int finish(const std::vector<std::string>& order, UtcTime as_of, std::string_view profile) {
    std::vector<std::string> documents;
    for (const auto& id : order) {
      if (auto found = documents_.extract(id)) documents.push_back(std::move(found.mapped()));
    }
    std::vector<engine::Assessment> assessments;
    for (const auto& id : order) {
      if (auto found = assessments_.extract(id)) assessments.push_back(std::move(found.mapped()));
    }
    if (json_) {
      std::printf("%s", report::measure_document(documents, as_of, profile).c_str());
    } else {
      for (const auto& assessment : assessments) std::printf("%s", report::render(assessment, look_).c_str());
      if (!assessments.empty()) std::printf("%s", report::render_summary(assessments, look_).c_str());
    }
    if (std::fflush(stdout) != 0) return refuse({"writing the result: standard output is closed or full", 1});
    for (const auto& error : errors_) refuse({error, 1});
    return errors_.empty() ? 0 : 1;
  }

 private:
  bool json_;
  std::shared_ptr<store::Sql> sql_;
  std::shared_ptr<store::Store> store_;
  report::Look look_;
  std::map<std::string, std::string> documents_;  // by organisation
  std::map<std::string, engine::Assessment> assessments_;
  std::vector<std::string> errors_;
};

std::vector<std::string> ids_of(const std::vector<engine::Target>& targets) {
  std::vector<std::string> ids;
  ids.reserve(targets.size());
  for (const auto& target : targets) ids.push_back(target.organisation.id);
  return ids;
}

int rescore(const Options& options, const std::vector<engine::Target>& targets,
            const std::shared_ptr<store::Sql>& sql) {
  const auto moment = parse_time(options.as_of);
  if (!moment)
    return refuse({"--as-of " + options.as_of + ": not a time; write it as 2026-11-20T10:00:00Z", 2});
  if (sql == nullptr)
    return refuse({"--as-of rescores what was stored, so it needs a store: leave out --db none", 2});
  const auto store = store::store_on(sql);
  Printer printer(options, sql);
  for (const auto& target : targets) {
    const auto fail = [&](std::string message) {
      printer.take({target, unexpected(engine::Failure{std::move(message)})}, false);
    };
    auto snapshot = store->at(target.organisation.id, *moment);
    if (!snapshot) {
      fail(snapshot.error().message);
      continue;
    }
    if (!*snapshot) {
      fail(target.organisation.id + ": nothing had been measured by " + format_time(*moment) +
           ". Measure it first, or give a later time.");
      continue;
    }
    auto seen = engine::seen_before((*snapshot)->assets);
    if (!seen) {
      fail(target.organisation.id + ": " + seen.error().message);
      continue;
    }
    engine::Question question{target, (*snapshot)->profile, options.only};
    question.target.organisation = (*snapshot)->organisation;
    printer.take(
        {target, engine::conclude(question, std::move(*seen), std::move((*snapshot)->findings), *moment)},
        false);
  }
  return printer.finish(ids_of(targets), *moment, options.profile);
}

std::atomic<probe::Politeness*> interrupted_run = nullptr;

void on_interrupt(int) {
  // The first Ctrl-C ends politely, the second at once.
  if (auto* politeness = interrupted_run.exchange(nullptr)) {
    politeness->stop();
  } else {
    _exit(130);
  }
}

}  // namespace

int measure(const Options& options) {
  auto targets = read_targets(options.targets);
  if (!targets) return refuse(targets.error());
  const auto sql = open_database(options);
  if (!sql) return refuse(sql.error());
  if (!options.as_of.empty()) return rescore(options, *targets, *sql);
  if (*sql != nullptr) {
    try {
      if (const auto stopped = why_stopped(**sql)) return refuse({*stopped, 1});
    } catch (const store::Failure& failure) {
      return refuse({std::string("looking whether measuring is stopped: ") + failure.what(), 1});
    }
  }
  auto settings = run_settings(options);
  if (!settings) return refuse(settings.error());

  const auto language = language_of(options);
  Printer printer(options, *sql);
  const auto order = ids_of(*targets);
  engine::Progress progress;
  probe::Politeness politeness(settings->network);
  interrupted_run = &politeness;
  std::signal(SIGINT, on_interrupt);
  StopWatch stop_watch(*sql, politeness);
  if (options.profile == "full") {
    try {
      auto proofs = prove_ownership(*settings, politeness, **sql, std::move(*targets), clock_now());
      for (auto& [target, message] : proofs.unproved)
        printer.take({std::move(target), unexpected(engine::Failure{std::move(message)})}, false);
      *targets = std::move(proofs.targets);
      settings->proved = std::move(proofs.domains);
    } catch (const store::Failure& failure) {
      return refuse({std::string("looking for proof of ownership: ") + failure.what(), 1});
    }
  }
  const auto before = [&](const std::string& organisation) -> std::vector<store::Finding> {
    if (*sql == nullptr) return {};
    return (*sql)->read([&](store::Connection& connection) {
      return followup::findings_now(connection, organisation, clock_now());
    });
  };
  {
    const ProgressLine line(
        isatty(STDERR_FILENO) == 1,
        [&] {
          return ProgressLine::State{progress.hosts_done, progress.hosts, politeness.connections_opened()};
        },
        [&](const ProgressLine::State& state, int left) {
          auto text = report::text_with("progress", language, state.done, state.all, state.connections);
          if (left >= 0) text += ", " + report::text_with("time_left", language, left);
          return text;
        });
    engine::run(
        *settings, std::move(*targets), before,
        [&](engine::Outcome outcome) { printer.take(std::move(outcome), true); }, politeness, progress);
  }
  interrupted_run = nullptr;
  const auto stopped = stop_watch.end();
  const auto status = printer.finish(order, clock_now(), options.profile);
  return stopped ? refuse({*stopped, 1}) : status;
}

}  // namespace utsyn::app
