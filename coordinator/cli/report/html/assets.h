#pragma once

namespace headway::cli {

/// The texts of the files beside this one, put into the library when it is built.
extern const char* const kPageStyle;     ///< page.css
extern const char* const kPageScript;    ///< page.js
extern const char* const kPagePatterns;  ///< patterns.svg: what the style sheet fills bars with

}  // namespace headway::cli
