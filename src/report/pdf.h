// A PDF of an HTML document of our own: PDF/UA-1, by WeasyPrint in a process of its own, without a network,
// with bounds on time, memory and the size of the file, and at most two at once.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace utsyn::report {

enum class PdfFailure {
  busy,     // two are being made; ask again in a moment
  missing,  // no Python with WeasyPrint here
  failed    // it ended badly or took too long; `message` says how
};
struct PdfError {
  PdfFailure failure = PdfFailure::failed;
  std::string message;
};

// Waits for its turn for so long at most.
Result<std::string, PdfError> pdf_of(std::string_view html, std::chrono::milliseconds wait);
Result<std::string, PdfError> pdf_of(std::string_view html);  // 15 s

}  // namespace utsyn::report
