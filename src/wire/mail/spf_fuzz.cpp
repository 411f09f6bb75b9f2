// An SPF record that is accepted is one by the selection rule, every term reads the same when read alone, and
// a walk from it stays inside its bounds.
#include <cstdlib>

#include "wire/dns/records.h"
#include "wire/mail/spf_walk.h"

namespace {

// Every TXT answer is the fuzzed record, so includes and redirects lead anywhere and back.
class Echo : public utsyn::wire::AnswerSource {
 public:
  explicit Echo(std::string_view record) : text_(utsyn::wire::txt_text(record)) {}
  utsyn::wire::Answer answer(std::string_view name, utsyn::wire::RecordType type) const override {
    if (type == utsyn::wire::RecordType::txt) return {utsyn::wire::AnswerStatus::found, {text_}};
    return {static_cast<utsyn::wire::AnswerStatus>(name.size() % 5), {}};
  }

 private:
  std::string text_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const auto txt = utsyn::as_text({data, size});
  const auto record = parse_spf(txt);
  if (!record) return 0;
  if (!is_spf(txt)) std::abort();
  for (const auto& term : record->terms) {
    const auto alone = parse_spf("v=spf1 " + term.text);
    if (!alone || alone->terms.size() != 1 || alone->terms.front() != term) std::abort();
    if (term.network && term.network->length > term.network->base.size() * 8) std::abort();
  }
  if (size > 4096) return 0;
  const auto walk = walk_spf("example.no", Echo(txt));
  if (walk.missing.size() > spf_walk_names * 4) std::abort();
  return 0;
}
