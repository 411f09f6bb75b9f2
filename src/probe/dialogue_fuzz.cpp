// A conversation in lines: however the server cuts its bytes into pieces, the same lines and replies come out
// of it, bounded and printable. The first byte chooses how they are read and how they are cut.
#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <cstdlib>

#include "probe/dialogue.h"

namespace {

using namespace utsyn;
using namespace utsyn::probe;

// Gives what it was made of in pieces, then closes.
class Pieces : public Connection {
 public:
  Pieces(ByteView bytes, std::size_t step) : rest_(bytes), step_(step) {}
  Task<Observed<std::size_t>> read_some(std::span<std::uint8_t> into) override {
    const auto size = std::min({into.size(), step_, rest_.size()});
    std::copy_n(rest_.begin(), size, into.begin());
    rest_ = rest_.subspan(size);
    co_return size;
  }
  Task<Observed<std::size_t>> write(ByteView bytes) override { co_return bytes.size(); }
  void finish() override {}

 private:
  ByteView rest_;
  std::size_t step_;
};

enum class Reading { lines, replies, ftp_replies };

struct Heard {
  std::vector<std::string> lines;
  std::vector<wire::SmtpReply> replies;
  Unseen end = Unseen::not_measured;
  bool operator==(const Heard&) const = default;
};

Task<void> listen(Pieces& pieces, Reading reading, Heard& heard) {
  Dialogue dialogue(pieces);
  while (heard.end == Unseen::not_measured) {
    if (reading == Reading::lines) {
      auto line = co_await dialogue.line();
      if (line.seen() == nullptr) {
        heard.end = line.unseen();
      } else {
        heard.lines.push_back(std::move(*line.seen()));
      }
      continue;
    }
    Observed<wire::SmtpReply> reply;
    if (reading == Reading::replies) {
      reply = co_await dialogue.reply();
    } else {
      reply = co_await dialogue.ftp_reply();
    }
    if (reply.seen() == nullptr) {
      heard.end = reply.unseen();
    } else {
      heard.replies.push_back(std::move(*reply.seen()));
    }
  }
}

Heard hear(ByteView bytes, std::size_t step, Reading reading) {
  boost::asio::io_context context;
  Pieces pieces(bytes, step);
  Heard heard;
  boost::asio::co_spawn(context, listen(pieces, reading, heard), boost::asio::detached);
  context.run();
  return heard;
}

void demand(bool held) {
  if (!held) std::abort();
}

void demand_printable(std::string_view text) {
  demand(text.size() <= 4 * wire::smtp_line_limit);  // \xHH for a byte
  demand(std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7F; }));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const auto reading = static_cast<Reading>(data[0] % 3);
  const ByteView bytes(data + 1, size - 1);
  const auto whole = hear(bytes, 1024, reading);
  demand(whole == hear(bytes, data[0] / 3 + 1U, reading));
  demand(whole.end == Unseen::reset || whole.end == Unseen::malformed);
  for (const auto& line : whole.lines) demand_printable(line);
  for (const auto& reply : whole.replies) {
    demand(reply.code >= 100 && reply.code <= 599);
    demand(!reply.lines.empty() && reply.lines.size() <= wire::smtp_reply_lines);
    for (const auto& line : reply.lines) demand_printable(line);
    for (const auto& line : capability_lines(wire::smtp_capabilities(reply))) demand_printable(line);
  }

  // What was made steady stays as it is.
  const auto banner = steady_banner(as_text(bytes));
  demand(banner.size() <= 4 * 512 &&
         std::ranges::all_of(banner, [](char c) { return c >= 0x20 && c < 0x7F; }));
  if (banner.size() <= 512 && banner.find('\\') == std::string::npos) demand(steady_banner(banner) == banner);
  return 0;
}
