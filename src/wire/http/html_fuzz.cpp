// Every list taken from a page is bounded, and the same page gives the same facts.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "base/text.h"
#include "wire/http/html.h"
#include "wire/http/similarity.h"
#include "wire/http/stack_trace.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace utsyn::wire;
  const auto text = utsyn::as_text({data, size});
  const auto page = parse_html(text);
  if (page.forms.size() > 2000 || page.scripts.size() > 2000 || page.resources.size() > 2000 ||
      page.links.size() > 2000)
    std::abort();
  if (page.title.size() > 512 || page.comments.size() > 200) std::abort();
  for (const auto& form : page.forms) {
    if (form.has_password && !page.has_password) std::abort();
  }
  const auto again = parse_html(text);
  if (again.title != page.title || again.forms != page.forms || again.scripts != page.scripts) std::abort();
  looks_like_html(text);
  find_verbose_error(text);
  const auto half = text.substr(0, size / 2);
  const int alike = similarity_permille(text, half);
  if (alike < 0 || alike > 1000 || alike != similarity_permille(half, text) ||
      similarity_permille(text, text) != 1000)
    std::abort();
  return 0;
}
