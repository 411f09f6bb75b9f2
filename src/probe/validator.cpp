#include "probe/validator.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unbound.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <deque>
#include <mutex>
#include <thread>
#include <unordered_map>

#include "base/text.h"

namespace utsyn::probe {
namespace {

constexpr std::size_t questions_at_a_time = 64;

// IANA root key signing keys of 2017 and 2024 (https://data.iana.org/root-anchors/root-anchors.xml).
constexpr const char* root_anchors[] = {
    ". IN DS 20326 8 2 E06D44B80B8F1D39A95C0B0D7C65D08458E880409BBC683457104237C7F8EC8D",
    ". IN DS 38696 8 2 683D2D0ACB8C9B712A1948B27F741219298D0A450D612C483AF444A4C0FB2B16",
};
constexpr const char* system_anchor_files[] = {"/usr/share/dns/root.key", "/var/lib/unbound/root.key"};

struct Question {
  std::string name;
  wire::RecordType type{};
  std::function<void(Validator::Verdict)> done;
};

// The sentence without what depends on which question came first: the cause of an earlier failure of the same
// key is put in place of the mention of it, and the question itself is known from the record.
std::string steady_reason(std::string_view sentence) {
  constexpr std::string_view earlier = "previous validation failure <";
  constexpr std::string_view opening = "validation failure <";
  auto at = sentence.rfind(earlier);
  if (at == std::string_view::npos) at = sentence.find(opening);
  if (at == std::string_view::npos) return printable(sentence, 500);
  const auto end = sentence.find(">: ", at);
  return printable(end == std::string_view::npos ? sentence : sentence.substr(end + 3), 500);
}

Validator::Verdict verdict_of(int error, const ub_result* result) {
  if (error != 0 || result == nullptr) return {Security::indeterminate, ub_strerror(error)};
  if (result->bogus != 0) {
    return {Security::bogus,
            steady_reason(result->why_bogus != nullptr ? result->why_bogus : "validation failed")};
  }
  if (result->secure != 0) return {Security::secure, ""};
  // NOERROR and NXDOMAIN without a chain of trust; anything else is no answer at all.
  if (result->rcode == 0 || result->rcode == 3) return {Security::insecure, ""};
  return {Security::indeterminate, wire::rcode_name(static_cast<wire::Rcode>(result->rcode))};
}

// libunbound sets up its own globals when a context is made, without a lock: two threads must not do so at
// once.
std::mutex& library_mutex() {
  static std::mutex mutex;
  return mutex;
}

}  // namespace

struct Validator::Impl {
  Impl(const Endpoint& resolver, const std::string& anchor_file) {
    wake_up = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    {
      const std::scoped_lock lock(library_mutex());
      set_up(resolver, anchor_file);
    }
    thread = std::thread([this] { run(); });
  }

  ~Impl() {
    stopping.store(true);
    signal();
    thread.join();
    if (context != nullptr) {
      const std::scoped_lock lock(library_mutex());
      ub_ctx_delete(context);
    }
    if (wake_up >= 0) ::close(wake_up);
  }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void set_up(const Endpoint& resolver, const std::string& anchor_file) {
    context = ub_ctx_create();
    if (context == nullptr) {
      failure = "the validator could not be started";
      return;
    }
    ub_ctx_debugout(context, nullptr);
    const auto option = [&](const char* name, const char* value) {
      if (const int error = ub_ctx_set_option(context, name, value); error != 0 && failure.empty())
        failure = std::string("validator option ") + name + " " + ub_strerror(error);
    };
    option("do-not-query-localhost:", "no");
    option("edns-buffer-size:", "1232");
    option("unblock-lan-zones:", "yes");
    option("msg-cache-size:", "4m");
    option("rrset-cache-size:", "8m");
    option("key-cache-size:", "4m");
    const auto forward = resolver.address.str() + "@" + std::to_string(resolver.port);
    check(ub_ctx_set_fwd(context, forward.c_str()), "the resolver's address");
    add_anchor(anchor_file);
    check(ub_ctx_async(context, 1), "thread");
    // libunbound answers for .test and its like by itself. Removing such a zone finalises the context, so
    // this comes last.
    for (const char* zone : {"test.", "invalid.", "home.arpa.", "localhost.", "127.in-addr.arpa."})
      ub_ctx_zone_remove(context, zone);
  }

  void check(int error, const char* what) {
    if (error != 0 && failure.empty()) failure = std::string(what) + ": " + ub_strerror(error);
  }

  void add_anchor(const std::string& anchor_file) {
    if (!anchor_file.empty()) {
      check(ub_ctx_add_ta_file(context, anchor_file.c_str()), "the anchor file");
      if (::access(anchor_file.c_str(), R_OK) != 0)
        failure = "the anchor file " + anchor_file + " cannot be read";
      return;
    }
    for (const char* file : system_anchor_files) {
      if (::access(file, R_OK) == 0 && ub_ctx_add_ta_file(context, file) == 0) return;
    }
    for (const char* anchor : root_anchors) check(ub_ctx_add_ta(context, anchor), "the root anchor");
  }

  void signal() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_up, &one, sizeof one);
  }

  void run() {
    while (!stopping.load()) {
      start_jobs();
      std::array<pollfd, 2> waiting{
          {{wake_up, POLLIN, 0}, {context != nullptr ? ub_fd(context) : -1, POLLIN, 0}}};
      if (::poll(waiting.data(), waiting.size(), -1) < 0) continue;
      if ((waiting[0].revents & POLLIN) != 0) {
        std::uint64_t count = 0;
        [[maybe_unused]] const auto got = ::read(wake_up, &count, sizeof count);
      }
      if ((waiting[1].revents & POLLIN) != 0) ub_process(context);
    }
  }

  void start_jobs() {
    while (running.size() < questions_at_a_time) {
      Question job;
      {
        const std::lock_guard lock(mutex);
        if (queue.empty()) return;
        job = std::move(queue.front());
        queue.pop_front();
      }
      if (!failure.empty()) {
        job.done({Security::indeterminate, failure});
        continue;
      }
      const auto number = ++last_number;
      auto& ticket = running[number];
      ticket = {this, number, std::move(job.done)};
      const int error = ub_resolve_async(
          context, job.name.c_str(), static_cast<int>(job.type), 1, &ticket,
          [](void* mine, int status, ub_result* result) { answered(mine, status, result); }, nullptr);
      if (error != 0) {
        const auto done = std::move(ticket.done);
        running.erase(number);
        done({Security::indeterminate, ub_strerror(error)});
      }
    }
  }

  struct Ticket {
    Impl* self = nullptr;
    std::uint64_t number = 0;
    std::function<void(Verdict)> done;
  };

  static void answered(void* mine, int status, ub_result* result) {
    auto& ticket = *static_cast<Ticket*>(mine);
    const auto done = std::move(ticket.done);
    ticket.self->running.erase(ticket.number);
    const auto verdict = verdict_of(status, result);
    if (result != nullptr) ub_resolve_free(result);
    done(verdict);
  }

  ub_ctx* context = nullptr;
  std::string failure;  // why the validator cannot work
  int wake_up = -1;
  std::atomic<bool> stopping{false};
  std::mutex mutex;
  std::deque<Question> queue;
  std::unordered_map<std::uint64_t, Ticket> running;  // used by the thread only; elements stay where they are
  std::uint64_t last_number = 0;
  std::thread thread;
};

Validator::Validator(const Endpoint& resolver, const std::string& anchor_file)
    : impl_(std::make_unique<Impl>(resolver, anchor_file)) {}
Validator::~Validator() = default;

void Validator::ask(std::string name, wire::RecordType type, std::function<void(Verdict)> done) {
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->queue.push_back({std::move(name), type, std::move(done)});
  }
  impl_->signal();
}

}  // namespace utsyn::probe
