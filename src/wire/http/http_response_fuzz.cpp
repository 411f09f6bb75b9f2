// However the bytes are cut into pieces, the parser gives the same answer; and it never exceeds its bounds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "wire/http/message.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  if (size == 0) return 0;
  const std::size_t step = data[0] % 16 + 1;
  const utsyn::ByteView bytes(data + 1, size - 1);
  ResponseLimits limits;
  limits.body_bytes = 256;
  ResponseParser whole((data[0] & 0x80U) != 0 ? "HEAD" : "GET", limits);
  ResponseParser pieces((data[0] & 0x80U) != 0 ? "HEAD" : "GET", limits);
  whole.feed(bytes);
  for (std::size_t at = 0; at < bytes.size(); at += step)
    pieces.feed(bytes.subspan(at, std::min(step, bytes.size() - at)));
  if (whole.state() != pieces.state() || whole.error() != pieces.error()) std::abort();
  whole.close();
  pieces.close();
  const auto& a = whole.response();
  const auto& b = pieces.response();
  if (whole.state() == ParseState::need_more || whole.state() != pieces.state()) std::abort();
  if (a.body != b.body || a.status != b.status || a.headers != b.headers || a.trailers != b.trailers)
    std::abort();
  if (a.truncated != b.truncated || a.keep_alive != b.keep_alive) std::abort();
  if (a.body.size() > limits.body_bytes || a.headers.size() > limits.fields ||
      a.interim.size() > limits.interim)
    std::abort();
  if (whole.state() == ParseState::done && (a.status < 100 || a.status > 999)) std::abort();
  if ((whole.state() == ParseState::done) != (whole.error() == ResponseError::none)) std::abort();
  return 0;
}
