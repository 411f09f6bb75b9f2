// Replies taken off a buffer always shorten it, stay inside their bounds and read the same without what
// follows.
#include <cstdlib>

#include "wire/mail/smtp.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  std::string_view buffer(reinterpret_cast<const char*>(data), size);
  while (true) {
    const auto before = buffer;
    const auto reply = take_smtp_reply(buffer);
    if (!reply || !*reply) {
      if (buffer.size() != before.size()) std::abort();
      return 0;
    }
    if (buffer.size() >= before.size()) std::abort();
    if ((*reply)->lines.empty() || (*reply)->lines.size() > smtp_reply_lines) std::abort();
    auto exact = before.substr(0, before.size() - buffer.size());
    const auto again = take_smtp_reply(exact);
    if (!again || *again != *reply || !exact.empty()) std::abort();
    (void)smtp_capabilities(**reply).login_methods();
  }
}
