// Whatever is accepted as a DNS message can be written and read again to the same value, and shown as text.
#include <cstdlib>

#include "wire/dns/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  auto message = parse_message({data, size});
  if (!message) return 0;
  for (const auto* section : {&message->answers, &message->authorities, &message->additionals}) {
    for (const auto& record : *section) {
      if (record.text().empty()) std::abort();
    }
  }
  if (!message->questions.empty()) {
    const auto& question = message->questions.front();
    (void)follow_aliases(*message, question.name, question.type);
    (void)says_name_missing(*message, question.name);
  }
  const auto bytes = build_message(*message);
  if (!bytes) {
    if (bytes.error() != DnsError::message_too_long) std::abort();  // without compression it may not fit
    return 0;
  }
  message->trailing_bytes = 0;
  if (parse_message(*bytes) != message) std::abort();
  return 0;
}
