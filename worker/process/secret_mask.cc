#include "worker/process/secret_mask.h"

#include <algorithm>
#include <utility>

namespace headway::worker {

SecretMask::SecretMask(std::vector<std::string> secrets) {
  for (std::string& secret : secrets) {
    if (secret.size() < kShortest) continue;
    begins_[static_cast<unsigned char>(secret.front())] = true;
    secrets_.push_back(std::move(secret));
  }
}

void SecretMask::add(std::string_view bytes, std::string& out) {
  if (secrets_.empty()) {
    out.append(bytes);
    return;
  }
  held_.append(bytes);
  scan(out, false);
}

void SecretMask::finish(std::string& out) { scan(out, true); }

std::string SecretMask::mask(std::string_view text) const {
  SecretMask fresh;
  fresh.secrets_ = secrets_;
  fresh.begins_ = begins_;
  std::string out;
  fresh.add(text, out);
  fresh.finish(out);
  return out;
}

void SecretMask::scan(std::string& out, bool at_end) {
  const std::string_view all = held_;
  std::size_t at = 0;
  for (; at < all.size(); ++at) {
    const std::string_view rest = all.substr(at);
    std::size_t longest = 0;
    bool undecided = false;
    if (begins_[static_cast<unsigned char>(rest.front())]) {
      for (const std::string& secret : secrets_) {
        if (rest.starts_with(secret)) {
          longest = std::max(longest, secret.size());
        } else if (!at_end && rest.size() < secret.size() && secret.starts_with(rest)) {
          undecided = true;
        }
      }
    }
    if (undecided) break;
    if (at >= masked_) {
      if (longest == 0) {
        out += rest.front();
      } else {
        out += kMask;
      }
    }
    masked_ = std::max(masked_, longest == 0 ? std::size_t{0} : at + longest);
  }
  held_.erase(0, at);
  masked_ = masked_ > at ? masked_ - at : 0;
}

}  // namespace headway::worker
