# Formula of exifsim for Homebrew. packaging/release.sh fills in address and hash of the archive.
class Exifsim < Formula
  desc "Simulated Exchange 2003 server with its ExIFS driver, and KB 908674"
  homepage "@URL@"
  url "@SOURCE@"
  sha256 "@SHA256@"
  license "MIT"

  depends_on "cmake" => :build
  depends_on "ninja" => :build
  depends_on "pkgconf" => :build
  depends_on "cairo"
  depends_on "freetype"
  depends_on "inih"
  depends_on "jansson"
  depends_on "libpng"
  depends_on "protobuf-c"
  depends_on "sdl2"
  depends_on "sdl2_ttf"
  depends_on "sqlite"
  depends_on "xxhash"

  on_linux do
    depends_on "elfutils"
    depends_on "zlib"
  end

  def install
    system "cmake", "-S", ".", "-B", "build", "-G", "Ninja", "-DEXIFSIM_TESTS=OFF",
                    "-DEXIFSIM_VIEW=ON", *std_cmake_args
    system "cmake", "--build", "build"
    system "cmake", "--install", "build"
  end

  test do
    assert_match "0x00000005", shell_output("#{bin}/exifsim run -q kb908674")
    assert_match "survived", shell_output("#{bin}/exifsim run -q hotfix")
    assert_match "exifsim #{version}", shell_output("#{bin}/exifsim version")
    system bin/"exifsim-view", "render", "kb908674", "--view", "stop", "-o", "stop.png"
    assert_path_exists testpath/"stop.png"
  end
end
