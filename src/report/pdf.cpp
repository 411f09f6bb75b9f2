#include "report/pdf.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <semaphore>
#include <thread>

#include "base/text.h"

namespace utsyn::data {
std::string_view report_json();
}

namespace utsyn::report {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

constexpr auto kWaitForTurn = 15s;
constexpr auto kTime = 45s;
constexpr rlim_t kProcessorSeconds = 40;
constexpr rlim_t kMemory = rlim_t{2} << 30U;
constexpr rlim_t kFileSize = rlim_t{64} << 20U;
constexpr const char* kPython = "/usr/bin/python3";

// A folder that is gone when this is.
class Folder {
 public:
  Folder() {
    auto name = (fs::temp_directory_path() / "utsyn-report-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no temporary folder can be made for the report");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void write_file(const fs::path& path, std::string_view content) {
  std::ofstream file(path, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  if (!file.flush()) throw std::runtime_error("the report cannot be written to " + path.string());
}

std::string read_file(const fs::path& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary);
  std::string out;
  char piece[65536];
  while (out.size() < most && (file.read(piece, sizeof piece) || file.gcount() > 0))
    out.append(piece, static_cast<std::size_t>(file.gcount()));
  return out;
}

void limit(int what, rlim_t most) {
  const rlimit both{most, most};
  ::setrlimit(static_cast<__rlimit_resource>(what), &both);
}

// Only calls that are safe between fork() and exec() in a program with threads.
[[noreturn]] void become(char* const* arguments, char* const* environment, int errors) {
  ::setpgid(0, 0);
  // A network of its own is no network. Where the kernel refuses, the renderer's own refusal to fetch is
  // left.
  if (::unshare(CLONE_NEWNET) != 0) ::unshare(CLONE_NEWUSER | CLONE_NEWNET);
  limit(RLIMIT_CPU, kProcessorSeconds);
  limit(RLIMIT_AS, kMemory);
  limit(RLIMIT_FSIZE, kFileSize);
  limit(RLIMIT_CORE, 0);
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  ::dup2(null, 0);
  ::dup2(null, 1);
  ::dup2(errors, 2);
  ::close_range(3, ~0U, 0);
  ::execve(kPython, arguments, environment);
  ::_exit(127);
}

Result<void, PdfError> run(const fs::path& folder) {
  const auto script = (folder / "to_pdf.py").string();
  const auto home = "HOME=" + folder.string();
  const auto temporary = "TMPDIR=" + folder.string();
  std::string python = kPython;
  std::string isolated = "-I";
  std::string no_byte_code = "-B";
  auto script_text = script;
  auto folder_text = folder.string();
  char* arguments[] = {python.data(),      isolated.data(),    no_byte_code.data(),
                       script_text.data(), folder_text.data(), nullptr};
  auto home_text = home;
  auto temporary_text = temporary;
  std::string path = "PATH=/usr/bin:/bin";
  std::string locale = "LC_ALL=C.UTF-8";
  char* environment[] = {home_text.data(), temporary_text.data(), path.data(), locale.data(), nullptr};
  const int errors = ::open((folder / "errors").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  if (errors < 0)
    return unexpected(PdfError{PdfFailure::failed, "the temporary folder cannot be written to"});
  const auto child = ::fork();
  if (child == 0) become(arguments, environment, errors);
  ::close(errors);
  if (child < 0) return unexpected(PdfError{PdfFailure::failed, "no process can be started"});

  const auto end = std::chrono::steady_clock::now() + kTime;
  int status = 0;
  for (;;) {
    const auto ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child) break;
    if (ended < 0 && errno != EINTR) return unexpected(PdfError{PdfFailure::failed, "the process was lost"});
    if (std::chrono::steady_clock::now() >= end) {
      ::kill(-child, SIGKILL);
      ::kill(child, SIGKILL);
      while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
      }
      return unexpected(PdfError{PdfFailure::failed, fmt::format("it took more than {} s", kTime.count())});
    }
    std::this_thread::sleep_for(20ms);
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return {};
  const auto said = read_file(folder / "errors", 16 * 1024);
  const bool missing = (WIFEXITED(status) && WEXITSTATUS(status) == 127) || said.contains("No module named");
  if (missing)
    return unexpected(PdfError{PdfFailure::missing,
                               "install python3 and weasyprint (apt-get install weasyprint fonts-inter)"});
  auto last = trim(said);
  if (const auto line = last.rfind('\n'); line != std::string_view::npos) last = last.substr(line + 1);
  return unexpected(PdfError{PdfFailure::failed,
                             WIFSIGNALED(status) ? fmt::format("it was ended by signal {}", WTERMSIG(status))
                                                 : printable(last, 300)});
}

}  // namespace

Result<std::string, PdfError> pdf_of(std::string_view html) { return pdf_of(html, kWaitForTurn); }

Result<std::string, PdfError> pdf_of(std::string_view html, std::chrono::milliseconds wait) {
  static std::counting_semaphore<2> turns(2);
  if (!turns.try_acquire_for(wait)) return unexpected(PdfError{PdfFailure::busy, ""});
  struct Turn {
    ~Turn() { turns.release(); }
  } const turn;
  const Folder folder;
  write_file(folder.path() / "report.html", html);
  static const std::string script(boost::json::parse(data::report_json()).at("to_pdf").as_string());
  write_file(folder.path() / "to_pdf.py", script);
  if (const auto done = run(folder.path()); !done) return unexpected(done.error());
  auto pdf = read_file(folder.path() / "report.pdf", kFileSize);
  if (!pdf.starts_with("%PDF-")) return unexpected(PdfError{PdfFailure::failed, "no PDF came out"});
  return pdf;
}

}  // namespace utsyn::report
