#include "engine/run.h"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <exception>
#include <mutex>
#include <thread>

namespace utsyn::engine {
namespace {

namespace asio = boost::asio;

// The list of organisations and where their results go; every member function may be called from any thread.
class Work {
 public:
  Work(std::vector<Target> targets, const Before& before, const Done& done, probe::Politeness& politeness)
      : targets_(std::move(targets)), before_(before), done_(done), politeness_(politeness) {}

  std::optional<Target> next() {
    const std::scoped_lock lock(mutex_);
    if (error_ || at_ == targets_.size()) return std::nullopt;
    return targets_[at_++];
  }
  std::vector<store::Finding> before(const std::string& organisation) { return before_(organisation); }
  void finish(Outcome outcome, Progress& progress) {
    const std::scoped_lock lock(finish_mutex_);
    ++progress.organisations_done;
    done_(std::move(outcome));
  }
  void fail(std::exception_ptr error) {
    const std::scoped_lock lock(mutex_);
    if (!error_) error_ = std::move(error);
  }
  void rethrow() const {
    if (error_) std::rethrow_exception(error_);
  }
  bool stopped() const { return politeness_.stopped(); }

 private:
  std::vector<Target> targets_;
  const Before& before_;
  const Done& done_;
  probe::Politeness& politeness_;
  std::mutex mutex_;
  std::mutex finish_mutex_;
  std::size_t at_ = 0;
  std::exception_ptr error_;
};

probe::Task<void> assess_until_done(Work& work, Tools& tools, const RunSettings& settings) {
  while (auto target = work.next()) {
    if (work.stopped()) {
      work.finish(
          {*target,
           unexpected(Failure{target->organisation.id +
                              ": not measured: probing was stopped. Run the same command again to go on."})},
          tools.progress);
      continue;
    }
    Question question{*target, settings.profile, settings.only, {}};
    if (const auto proved = settings.proved.find(target->organisation.id); proved != settings.proved.end())
      question.proved = proved->second;
    auto known = work.before(target->organisation.id);
    auto assessment = co_await assess(tools, std::move(question), std::move(known));
    if (assessment && work.stopped()) {
      assessment =
          unexpected(Failure{target->organisation.id +
                             ": only partly measured when probing was stopped, so nothing is stored of it. "
                             "Run the same command again."});
    }
    work.finish({std::move(*target), std::move(assessment)}, tools.progress);
  }
}

void work_on_one_thread(Work& work, const RunSettings& settings, const probe::TrustStore& trust,
                        probe::Politeness& politeness, Progress& progress, int hosts) {
  asio::io_context context(1);
  probe::Network network(context, settings.network, politeness);
  probe::Resolver resolver(network, settings.resolver);
  probe::Gate gate(context, hosts);
  Tools tools{network, resolver, trust, gate, progress, settings.rdap_base, settings.reference.get()};
  // A host is the unit of concurrency, an organisation has a handful: enough of them to keep the gate busy.
  const int organisations = std::max(1, hosts / 3);
  for (int i = 0; i < organisations; ++i) {
    asio::co_spawn(context, assess_until_done(work, tools, settings), [&](std::exception_ptr error) {
      if (error) work.fail(std::move(error));
    });
  }
  context.run();
}

}  // namespace

void run(const RunSettings& settings, std::vector<Target> targets, const Before& before, const Done& done,
         probe::Politeness& politeness, Progress& progress) {
  progress.organisations = static_cast<int>(targets.size());
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const int wanted = settings.threads > 0 ? settings.threads : cores;
  const int threads = std::clamp(wanted, 1, std::max(1, static_cast<int>(targets.size())));
  const int hosts = std::max(1, settings.hosts_in_flight / threads);
  const probe::TrustStore trust(settings.root_ca_file);
  Work work(std::move(targets), before, done, politeness);
  {
    std::vector<std::jthread> pool;
    pool.reserve(static_cast<std::size_t>(threads));
    for (int i = 0; i < threads; ++i) {
      pool.emplace_back([&] {
        try {
          work_on_one_thread(work, settings, trust, politeness, progress, hosts);
        } catch (...) {
          work.fail(std::current_exception());
        }
      });
    }
  }
  work.rethrow();
}

}  // namespace utsyn::engine
