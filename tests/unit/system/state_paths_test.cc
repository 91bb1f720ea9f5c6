#include "common/system/state_paths.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "tests/support/temporary_folder.h"

namespace headway {
namespace {

/// A folder in `parent` whose path is too long for a socket in it.
std::string long_folder(const test::TemporaryFolder& parent) {
  const std::string path = parent / std::string(120, 'x');
  std::filesystem::create_directory(path);
  return path;
}

TEST(StatePaths, HaveTheSocketsInTheFolderWhereTheyFit) {
  const test::TemporaryFolder folder;
  const Result<StatePaths> paths = find_state_paths(folder.path());
  ASSERT_TRUE(paths.ok());
  EXPECT_EQ(paths->control_endpoint(), "ipc://" + (folder / "control.sock"));
  EXPECT_EQ(paths->worker_endpoint(), "ipc://" + (folder / "workers.sock"));
  EXPECT_EQ(paths->registry, folder / "registry.db");
  EXPECT_TRUE(make_socket_folder(*paths).ok());
}

TEST(StatePaths, UseAShortFolderOfTheUserForALongPath) {
  const test::TemporaryFolder folder;
  const test::TemporaryFolder runtime;
  ::setenv("XDG_RUNTIME_DIR", runtime.path().c_str(), 1);
  const std::string path = long_folder(folder);
  const Result<StatePaths> paths = find_state_paths(path);
  ASSERT_TRUE(paths.ok());
  EXPECT_TRUE(paths->socket_folder.starts_with(runtime / "headway/"));
  EXPECT_LE(paths->worker_socket.size(), 107U);
  EXPECT_FALSE(std::filesystem::exists(paths->socket_folder)) << "looking makes nothing";
  ASSERT_TRUE(make_socket_folder(*paths).ok());
  struct stat status {};
  ASSERT_EQ(::stat(paths->socket_folder.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777U, 0700U);

  // Somebody who looks for the socket without that variable finds another folder, unless a socket
  // is there; with it, the same.
  EXPECT_EQ(find_state_paths(path)->socket_folder, paths->socket_folder);
  ::unsetenv("XDG_RUNTIME_DIR");
  EXPECT_TRUE(find_state_paths(path)->socket_folder.starts_with("/tmp/headway-"));
}

TEST(StatePaths, RefuseAShortFolderThatOthersMayWriteInto) {
  const test::TemporaryFolder folder;
  const test::TemporaryFolder runtime;
  ::setenv("XDG_RUNTIME_DIR", runtime.path().c_str(), 1);
  const std::string path = long_folder(folder);
  std::filesystem::create_directory(runtime / "headway");
  ::chmod((runtime / "headway").c_str(), 0777);
  const Result<StatePaths> paths = find_state_paths(path);
  ::unsetenv("XDG_RUNTIME_DIR");
  ASSERT_FALSE(paths.ok());
  EXPECT_EQ(paths.error().kind, ErrorKind::kDenied);
}

TEST(StatePaths, AreOfADirectoryThatExists) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(find_state_paths(folder / "none").ok());
  EXPECT_FALSE(find_state_paths(folder.write("file", "")).ok());
}

TEST(StatePaths, AreFoundInTheFolderOrAbove) {
  const test::TemporaryFolder folder;
  folder.write("a/b/c/file", "");
  EXPECT_EQ(nearest_state_folder(folder / "a/b/c").find(folder.path()), std::string::npos);
  std::filesystem::create_directory(folder / ".headway");
  EXPECT_EQ(nearest_state_folder(folder / "a/b/c"), folder / ".headway");
  std::filesystem::create_directory(folder / "a/b/.headway");
  EXPECT_EQ(nearest_state_folder(folder / "a/b/c"), folder / "a/b/.headway");
  EXPECT_EQ(nearest_state_folder(folder / "a/b"), folder / "a/b/.headway");
}

TEST(StatePaths, ASocketThatNobodyListensOnIsDead) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(socket_is_alive(folder / "none.sock"));
  EXPECT_FALSE(socket_is_alive(folder.write("file.sock", "")));
  EXPECT_FALSE(socket_is_alive(std::string(300, 'x')));
}

TEST(StatePaths, KnowTheProcessThatListens) {
  const test::TemporaryFolder folder;
  const std::string path = folder / "own.sock";
  const UniqueFd listener{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  ASSERT_EQ(::bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
            0);
  EXPECT_FALSE(listening_process(path).ok()) << "nobody listens yet";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::listen(listener.get(), 1);
    ::pause();
  }
  Result<UniqueFd> process = listening_process(path);
  while (!process) process = listening_process(path);
  pollfd ended{process->get(), POLLIN, 0};
  EXPECT_EQ(::poll(&ended, 1, 0), 0) << "it lives";
  ::kill(child, SIGKILL);
  EXPECT_EQ(::poll(&ended, 1, 30'000), 1);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
}  // namespace headway
