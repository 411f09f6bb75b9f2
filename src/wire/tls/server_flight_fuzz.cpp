// The first flight, in one piece and in pieces: the same verdict and the same facts.
#include <algorithm>
#include <cstdlib>

#include "wire/tls/server_flight.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn;
  const ByteView input(data, size);
  wire::ServerFlight whole;
  whole.feed(input);
  wire::ServerFlight pieces;
  const std::size_t step = size == 0 ? 1 : data[0] % 13 + 1;
  for (std::size_t at = 0; at < size; at += step) pieces.feed(input.subspan(at, std::min(step, size - at)));
  if (whole.state() != pieces.state() || whole.fault() != pieces.fault()) std::abort();
  if (whole.hello() != pieces.hello() || whole.certificates() != pieces.certificates()) std::abort();
  if (whole.key_exchange() != pieces.key_exchange() || whole.alert() != pieces.alert()) std::abort();
  if (whole.certificates().size() > wire::ServerFlight::max_certificates || whole.preview().size() > 64)
    std::abort();

  wire::TlsRecordReader records;
  records.feed(input);
  std::size_t bytes = 0;
  while (const auto record = records.next()) bytes += record->body.size() + 5;
  if (bytes > size) std::abort();

  // What a hello is read as can be written, and is then read the same.
  if (whole.hello() && !whole.hello()->duplicate_extension) {
    auto hello = *whole.hello();
    const auto message = wire::build_server_hello_message(hello);
    auto again = wire::parse_server_hello(ByteView(message).subspan(4));
    if (again) again->extensions = hello.extensions;  // unknown ones are not written
    const bool one_version =
        hello.version == hello.legacy_version;  // supported_versions may repeat the old field
    if (message.size() < 65000 && (!again || (!one_version && *again != hello))) std::abort();
  }
  return 0;
}
