"""manifests.py VERSION VCPKG.json WINGET - structure of vcpkg's and winget's manifests.

Holds them to what their schemas demand: fields that must be there, forms of values, and that the three manifests of winget speak of
the same package. Exit code 77: the module yaml is not here.
"""
import json
import os
import re
import sys

try:
    import yaml
except ImportError:
    print("the module yaml of python3 is not here")
    sys.exit(77)

version, vcpkg_path, winget = sys.argv[1:]
wrong = []


def check(condition, text):
    if not condition:
        wrong.append(text)


# --- vcpkg: names are small letters, digits and hyphens; one version; known fields ------------------
with open(vcpkg_path, encoding="utf-8") as file:
    port = json.load(file)
NAME = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
check(set(port) <= {"name", "version-semver", "description", "homepage", "license", "supports", "dependencies", "features"},
      f"vcpkg.json: unknown fields in {sorted(port)}")
check(port.get("version-semver") == version, "vcpkg.json: another version")
check(NAME.match(port.get("name", "")), "vcpkg.json: name")


def dependencies(rows, where):
    for row in rows:
        name = row if isinstance(row, str) else row.get("name", "")
        check(NAME.match(name), f"vcpkg.json: {where}: {row}")
        check(isinstance(row, str) or set(row) <= {"name", "host", "features", "default-features"}, f"vcpkg.json: {where}: {row}")


dependencies(port["dependencies"], "dependencies")
for name, feature in port["features"].items():
    check(feature.get("description"), f"vcpkg.json: feature {name} without a description")
    dependencies(feature.get("dependencies", []), name)

# --- winget, schema 1.6.0 ---------------------------------------------------------------------------
REQUIRED = {
    "version": ["PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"],
    "installer": ["PackageIdentifier", "PackageVersion", "Installers", "ManifestType", "ManifestVersion"],
    "defaultLocale": ["PackageIdentifier", "PackageVersion", "PackageLocale", "Publisher", "PackageName", "License",
                      "ShortDescription", "ManifestType", "ManifestVersion"],
}
NAMES = {"version": "{}.yaml", "installer": "{}.installer.yaml", "defaultLocale": "{}.locale.en-US.yaml"}
found = {}
for name in sorted(os.listdir(winget)):
    with open(os.path.join(winget, name), encoding="utf-8") as file:
        text = file.read()
    document = yaml.safe_load(text)
    kind = document.get("ManifestType")
    check(kind in REQUIRED, f"{name}: ManifestType {kind}")
    found[kind] = document
    for field in REQUIRED.get(kind, []):
        check(field in document, f"{name}: no {field}")
    check(all(isinstance(document.get(field), str) for field in ("PackageIdentifier", "PackageVersion", "ManifestVersion")),
          f"{name}: identifier and versions are texts")
    check(document.get("PackageVersion") == version, f"{name}: another version")
    check(document.get("ManifestVersion") == "1.6.0", f"{name}: ManifestVersion")
    check(re.match(r"^[^.\s\\/:*?\"<>|]{1,32}(\.[^.\s\\/:*?\"<>|]{1,32}){1,7}$", document.get("PackageIdentifier", "")),
          f"{name}: PackageIdentifier")
    check(name == NAMES.get(kind, "").format(document.get("PackageIdentifier")), f"{name}: name of the file")
    schema = re.search(r"winget-manifest\.(\w+)\.1\.6\.0\.schema\.json", text)
    check(schema and schema.group(1) == kind, f"{name}: the schema named at its head")
check(set(found) == set(REQUIRED), f"winget: kinds {sorted(str(kind) for kind in found)}")
check(len({document.get("PackageIdentifier") for document in found.values()}) == 1, "winget: several identifiers")
locale = found.get("defaultLocale", {})
check(3 <= len(locale.get("ShortDescription", "")) <= 256, "winget: ShortDescription of 3 to 256 characters")
check(len(locale.get("Tags", [])) <= 16 and all(1 <= len(tag) <= 40 for tag in locale.get("Tags", [])), "winget: Tags")
check(re.match(r"^https?://", locale.get("PackageUrl", "")), "winget: PackageUrl")
check(found.get("version", {}).get("DefaultLocale") == locale.get("PackageLocale"), "winget: two default locales")
installer = found.get("installer", {})
check(installer.get("InstallerType") == "zip" and installer.get("NestedInstallerType") == "portable", "winget: a zip that is portable")
for nested in installer.get("NestedInstallerFiles", []):
    check(nested.get("RelativeFilePath", "").endswith(".exe") and nested.get("PortableCommandAlias"), f"winget: {nested}")
check(isinstance(installer.get("ReleaseDate"), str) and re.match(r"^\d{4}-\d\d-\d\d$", installer["ReleaseDate"]), "winget: ReleaseDate")
for row in installer.get("Installers", []):
    check(row.get("Architecture") in {"x86", "x64", "arm", "arm64", "neutral"}, "winget: Architecture")
    check(re.match(r"^[A-F0-9]{64}$", row.get("InstallerSha256", "")), "winget: InstallerSha256")
    check(re.match(r"^https?://", row.get("InstallerUrl", "")), "winget: InstallerUrl")
check(installer.get("Installers"), "winget: no installer")

print("\n".join(wrong))
sys.exit(bool(wrong))
