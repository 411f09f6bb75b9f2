#include "engine/measuring.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <map>
#include <thread>

#include "engine/full_grant.h"
#include "engine/job_result.h"
#include "engine/ownership_question.h"
#include "engine/scheduler.h"
#include "engine/values_before.h"

namespace utsyn::engine {
namespace {

namespace asio = boost::asio;
using probe::Task;
using namespace std::chrono_literals;

constexpr auto kLook = 200ms;       // between looks into an empty queue
constexpr auto kHeartbeat = 10s;    // well within kLease
constexpr auto kProgress = 2s;      // between looks at how far a job has come that a person waits for
constexpr auto kSchedule = 5s;      // between looks at what is due
constexpr auto kSwitch = 5s;        // between looks at the switch that stops all probing
constexpr int kQueuedAtOnce = 200;  // after a long downtime: no stampede into the queue

// One job under way, with its own progress.
struct Running {
  Job job;
  Progress progress;
  std::string told;  // of the progress, to those who wait
};

std::string progress_json(const Progress& progress) {
  return boost::json::serialize(
      boost::json::object{{"hosts", progress.hosts.load()}, {"hosts_done", progress.hosts_done.load()}});
}

}  // namespace

struct Measuring::Impl {
  Impl(MeasuringSettings given, std::shared_ptr<store::Sql> with_sql,
       std::shared_ptr<store::Store> with_store, MeasuringHooks with_hooks,
       std::function<void(std::string_view)> to_log)
      : settings(std::move(given)),
        sql(std::move(with_sql)),
        store(std::move(with_store)),
        hooks(std::move(with_hooks)),
        log(std::move(to_log)),
        trust(settings.run.root_ca_file),
        politeness(settings.run.network) {}

  MeasuringSettings settings;
  std::shared_ptr<store::Sql> sql;
  std::shared_ptr<store::Store> store;
  MeasuringHooks hooks;
  std::function<void(std::string_view)> log;
  probe::TrustStore trust;
  probe::Politeness politeness;
  std::atomic<bool> stopping = false;
  std::atomic<std::int64_t> jobs_running = 0;
  std::atomic<std::int64_t> jobs_done = 0;
  std::atomic<std::int64_t> jobs_failed = 0;
  std::vector<std::jthread> threads;

  class Thread;
};

// What belongs to one thread: its io_context, network and resolver, and the jobs it has under way.
class Measuring::Impl::Thread {
 public:
  Thread(Impl& shared, bool first, int jobs, int hosts)
      : shared_(shared),
        context_(1),
        network_(context_, shared.settings.run.network, shared.politeness),
        resolver_(network_, shared.settings.run.resolver),
        gate_(context_, hosts),
        first_(first),
        most_(jobs) {}

  void run() {
    spawn("taking jobs", take_jobs());
    spawn("keeping leases", keep_leases());
    if (first_ && shared_.settings.schedule) spawn("scheduling", keep_schedule());
    if (first_ && shared_.hooks.look_at_switch) spawn("the switch", keep_looking());
    context_.run();
  }

 private:
  // A loop that fails (the database is away) is told of once and goes on; only this thread's work waits.
  void spawn(std::string what, Task<void> task) {
    asio::co_spawn(context_, std::move(task),
                   [this, what = std::move(what)](const std::exception_ptr& error) {
                     if (error) report(what, error);
                   });
  }

  void report(std::string_view what, const std::exception_ptr& error) {
    try {
      std::rethrow_exception(error);
    } catch (const std::exception& cause) {
      shared_.log(std::string(what) + ": " + cause.what());
    }
  }

  UtcTime now() const { return network_.now(); }

  Task<void> wait(std::chrono::milliseconds time) {
    // In short steps, so that stopping is quick.
    const auto until = probe::Clock::now() + time;
    while (!shared_.stopping && probe::Clock::now() < until) {
      asio::steady_timer timer(context_);
      timer.expires_after(std::min<probe::Clock::duration>(until - probe::Clock::now(), 200ms));
      co_await timer.async_wait(asio::use_awaitable);
    }
  }

  // Runs `work` and, when the database fails, says so and waits a little: it may come back.
  template <class Work>
  bool guarded(std::string_view what, const Work& work) {
    try {
      work();
      return true;
    } catch (const std::exception&) {
      report(what, std::current_exception());
      return false;
    }
  }

  Task<void> take_jobs() {
    while (!shared_.stopping) {
      std::optional<Job> taken;
      bool well = true;
      if (static_cast<int>(running_.size()) < most_) {
        well = guarded("taking a job", [&] {
          const bool any = shared_.sql->read(
              [&](store::Connection& connection) { return anything_to_take(connection, now()); });
          if (any)
            taken =
                shared_.sql->write([&](store::Connection& connection) { return take(connection, now()); });
        });
      }
      if (taken) {
        auto& running = running_[taken->id];
        running = std::make_unique<Running>();
        running->job = std::move(*taken);
        ++shared_.jobs_running;
        spawn("measuring " + running->job.organisation, carry_out(*running));
        continue;
      }
      co_await wait(well ? std::chrono::milliseconds(kLook) : std::chrono::milliseconds(2s));
    }
  }

  Task<void> keep_leases() {
    for (int look = 1; !shared_.stopping; ++look) {
      co_await wait(kProgress);
      guarded("keeping leases", [&] {
        const bool heartbeat = look % (kHeartbeat / kProgress) == 0;
        std::vector<std::pair<Running*, std::string>> spoken;
        for (const auto& [id, running] : running_) {
          auto progress = progress_json(running->progress);
          if (heartbeat || (running->job.priority > 0 && progress != running->told))
            spoken.emplace_back(running.get(), std::move(progress));
        }
        if (spoken.empty()) return;
        shared_.sql->write([&](store::Connection& connection) {
          for (const auto& [running, progress] : spoken)
            still_running(connection, now(), running->job, progress);
        });
        for (auto& [running, progress] : spoken) running->told = std::move(progress);
      });
    }
  }

  Task<void> keep_schedule() {
    while (!shared_.stopping) {
      guarded("queueing what is due", [&] {
        const auto found =
            shared_.sql->read([&](store::Connection& connection) { return waiting(connection, now()); });
        if (found.without_time)
          shared_.sql->write([&](store::Connection& connection) { give_first_times(connection, now()); });
        if (found.without_time || found.due) {
          shared_.sql->write(
              [&](store::Connection& connection) { queue_what_is_due(connection, now(), kQueuedAtOnce); });
        }
      });
      co_await wait(kSchedule);
    }
  }

  Task<void> keep_looking() {
    while (!shared_.stopping) {
      guarded("the switch", [&] { shared_.hooks.look_at_switch(); });
      co_await wait(kSwitch);
    }
  }

  Task<void> carry_out(Running& running) {
    const auto job = running.job;
    std::string error;
    try {
      error = co_await measure(running);
    } catch (const std::exception& cause) {
      error = "measuring " + job.organisation + ": " + cause.what();
    }
    guarded("ending a job", [&] {
      if (error.empty()) return;
      shared_.sql->write([&](store::Connection& connection) {
        if (shared_.stopping) {
          put_back(connection, now(), job);
          return;
        }
        if (fail(connection, now(), job, error) && job.asset.empty())
          after_measurement(connection, job.organisation, now(), false, chance());
      });
    });
    --shared_.jobs_running;
    ++(error.empty() ? shared_.jobs_done : shared_.jobs_failed);
    running_.erase(job.id);
  }

  // Empty when it went well; else the step and the next action.
  Task<std::string> measure(Running& running) {
    const auto& job = running.job;
    std::optional<Target> target;
    std::vector<store::Finding> findings;
    std::vector<std::string> opt_outs;
    shared_.sql->read([&](store::Connection& connection) {
      target = shared_.hooks.target(connection, job.organisation);
      findings = shared_.hooks.findings(connection, job.organisation, now());
      if (shared_.hooks.opt_outs) opt_outs = shared_.hooks.opt_outs(connection);
    });
    if (!target) {
      co_return job.organisation +
          ": there is nothing to measure. Give it a domain, then ask for the measurement again.";
    }
    network_.refuse_also(opt_outs);
    Tools tools{network_,
                resolver_,
                shared_.trust,
                gate_,
                running.progress,
                shared_.settings.run.rdap_base,
                shared_.settings.run.reference.get()};
    Question question{*target, "core", "*", {}};
    FullAsked full;
    if (job.profile == "full") {
      full = co_await prove_again(job.organisation);
      question.proved = full.domains;
      if (!full.domains.empty()) question.profile = "full";
    }
    auto assessment = job.asset.empty() ? co_await assess(tools, question, findings)
                                        : co_await assess_again(tools, question, job.asset, findings);
    if (!assessment) co_return assessment.error().message;
    if (shared_.politeness.stopped())
      co_return job.organisation +
          ": only partly measured when measuring was stopped, so nothing is stored of it.";

    // In one transaction: whoever sees the job done sees what it found, and no treatment comes between.
    shared_.sql->write([&](store::Connection& connection) {
      if (!assessment->unvalued.empty())
        keep_values(*assessment, values_before(connection, job.organisation));
      take_treatments(*assessment, shared_.hooks.findings(connection, job.organisation, now()));
      const auto before = known_before(connection, assessment->measurement, job);
      if (assessment->full) full.score_cp = assessment->full->score_cp;
      const auto result = job_result(before, assessment->measurement, job, full);
      if (!finish(connection, now(), job, result)) return;
      store::save_measurement(connection, assessment->measurement);
      if (job.asset.empty()) {
        const bool asked = question.profile == "full";
        after_measurement(connection, job.organisation, now(), true, chance(), asked);
      }
    });
    co_return std::string();
  }

  // Is the full profile granted at this very moment? Each proof is looked for again, by a resolver that
  // remembers nothing, and what was found is written down: a proof that is gone ends there. Consent is read
  // again afterwards, since the looking took its time.
  Task<FullAsked> prove_again(std::string organisation) {
    FullAsked out;
    const auto grant = shared_.sql->read(
        [&](store::Connection& connection) { return full_grant(connection, organisation, now()); });
    out.reason = grant.reason();
    if (!grant.given()) co_return out;
    std::vector<std::pair<OwnershipSeen, Proof>> looked;
    probe::Resolver fresh(network_, shared_.settings.run.resolver);
    for (const auto& ownership : grant.proved) {
      auto seen =
          co_await look_for_ownership(network_, fresh, shared_.trust, ownership.domain, ownership.token);
      const auto proof = judge_ownership(seen, ownership.token);
      looked.emplace_back(std::move(seen), proof);
    }
    shared_.sql->write([&](store::Connection& connection) {
      access::Access schedule;
      schedule.actor.id = "schedule";
      out = {};
      out.reason = "proof-lost";
      for (const auto& [seen, proof] : looked) {
        // It may have been withdrawn while we looked.
        if (!footprint::ownership(connection, organisation, seen.domain)) continue;
        footprint::record_proof(connection, now(), schedule, organisation, seen.domain, word(proof),
                                ownership_evidence(seen));
        if (proof == Proof::dns || proof == Proof::file) out.domains.push_back(seen.domain);
        if (proof == Proof::unknown) out.reason = "cannot-look";
      }
      if (!full_grant(connection, organisation, now()).consented) {
        out.domains.clear();
        out.reason = "no-consent";
      }
    });
    if (!out.domains.empty()) out.reason = {};
    co_return out;
  }

  // What is known of the others comes from the store.
  Task<Result<Assessment, Failure>> assess_again(Tools& tools, Question question, std::string asset,
                                                 std::vector<store::Finding> findings) {
    const auto& organisation = question.target.organisation.id;
    auto snapshot = shared_.store->at(organisation, now());
    if (!snapshot) co_return unexpected(Failure{snapshot.error().message});
    const store::AssetRecords* known = nullptr;
    if (*snapshot) {
      for (const auto& one : (*snapshot)->assets) {
        if (one.asset.id == asset) known = &one;
      }
    }
    if (known == nullptr) {
      co_return unexpected(Failure{asset + ": it has not been measured yet as part of " + organisation +
                                   ". Measure the whole organisation first."});
    }
    auto others = seen_before((*snapshot)->assets);
    if (!others) co_return unexpected(others.error());
    question.target.only_asset = asset;
    question.target.domains = {known->asset.domain};
    auto seen = co_await collect(tools, question.target, question.proved);
    if (!seen) co_return unexpected(seen.error());
    co_return conclude_again(question, std::move(seen->front()), std::move(*others), std::move(findings),
                             tools.network.now());
  }

  std::uint64_t chance() {
    std::uint64_t number = 0;
    for (const auto byte : network_.random(8)) number = number << 8 | byte;
    return number;
  }

  Impl& shared_;
  asio::io_context context_;
  probe::Network network_;
  probe::Resolver resolver_;
  probe::Gate gate_;
  bool first_;
  int most_;
  std::map<std::string, std::unique_ptr<Running>> running_;  // by job
};

Measuring::Measuring(MeasuringSettings settings, std::shared_ptr<store::Sql> sql,
                     std::shared_ptr<store::Store> store, MeasuringHooks hooks,
                     std::function<void(std::string_view)> log)
    : impl_(std::make_unique<Impl>(std::move(settings), std::move(sql), std::move(store), std::move(hooks),
                                   std::move(log))) {
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int threads = impl_->settings.run.threads > 0 ? impl_->settings.run.threads : cores;
  const int jobs = std::max(1, impl_->settings.jobs_at_once / threads);
  const int hosts = std::max(1, impl_->settings.run.hosts_in_flight / threads);
  for (int i = 0; i < threads; ++i) {
    impl_->threads.emplace_back([shared = impl_.get(), i, jobs, hosts] {
      try {
        Impl::Thread(*shared, i == 0, jobs, hosts).run();
      } catch (const std::exception& error) {
        shared->log(std::string("measuring: a thread ended: ") + error.what());
      }
    });
  }
}

Measuring::~Measuring() {
  stop();
  impl_->threads.clear();
}

void Measuring::stop() {
  impl_->stopping = true;
  impl_->politeness.stop();
}

Measuring::Figures Measuring::figures() const {
  return {impl_->jobs_running, impl_->jobs_done, impl_->jobs_failed, impl_->politeness.connections_opened()};
}

}  // namespace utsyn::engine
