// See sct.h.
#include "wire/tls/sct.h"

#include "base/bytes.h"

namespace utsyn::wire {

Result<std::vector<Sct>, SctError> parse_sct_list(ByteView list) {
  ByteReader outer(list);
  const auto content = outer.block16();
  if (!content || !outer.empty()) return unexpected(SctError::bad_length);
  std::vector<Sct> out;
  ByteReader each(*content);
  while (!each.empty()) {
    const auto raw = each.block16();
    if (!raw || raw->empty()) return unexpected(SctError::bad_length);
    if (out.size() >= max_scts) return unexpected(SctError::too_many);
    Sct sct;
    sct.raw.assign(raw->begin(), raw->end());
    ByteReader reader(*raw);
    sct.version = *reader.u8();
    if (sct.version == 0) {  // v1
      const auto log_id = reader.take(32);
      const auto high = reader.u32();
      const auto low = reader.u32();
      const auto extensions = reader.block16();
      const auto scheme = reader.u16();
      const auto signature = reader.block16();
      if (!log_id || !high || !low || !extensions || !scheme || !signature || !reader.empty())
        return unexpected(SctError::bad_length);
      sct.log_id.assign(log_id->begin(), log_id->end());
      sct.timestamp_ms = static_cast<std::uint64_t>(*high) << 32U | *low;
      sct.signature_scheme = *scheme;
    }
    out.push_back(std::move(sct));
  }
  return out;
}

}  // namespace utsyn::wire
