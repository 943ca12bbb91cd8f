#!/usr/bin/env python3
"""Packs the Go types of the built-in kinds for celgate, as text.

    python3 schemas.py ../../../shared/corpora/golden/defaults/types.json $(go list -m -f '{{.Dir}}' k8s.io/api k8s.io/apimachinery) > ../schemas/types.txt

types.json is what the oracle's `defaults` command reads by reflection from k8s.io/api v0.37.2; the few served kinds that
it leaves out (nobody stores them) are below, from the same module's types.go and kube-aggregator's.

Lines, ascending:
  =apiVersion/Kind package.Type        a kind and its type
  package.Type field:type,flags …      a type and its fields
type:  string bool int32 int64 float bytes Time MicroTime Quantity IntOrString Raw (any object), ?X (no type of its own in
       the published schema), package.Type, []type, {}type
flags: o omitempty, z omitzero, p pointer
A string with a Go type of its own is `string=v1.PullPolicy`: error texts name it. These are read from the sources of
k8s.io/api and k8s.io/apimachinery, the folders given after the first argument.
"""
import glob, json, os, re, sys

META = {"apiVersion": ["string", "o"], "kind": ["string", "o"], "metadata": ["meta/v1.ObjectMeta", "o"]}

def kind(**fields):
    return {**META, **fields}

def options(**fields):
    typed = {name: of if isinstance(of, list) else [of, "o"] for name, of in fields.items()}
    return {"apiVersion": ["string", "o"], "kind": ["string", "o"], **typed}

EXTRA = {
    "authentication/v1.TokenReview": kind(spec=["authentication/v1.TokenReviewSpec", ""], status=["authentication/v1.TokenReviewStatus", "o"]),
    "authentication/v1.TokenReviewSpec": {"token": ["string", "o"], "audiences": ["[]string", "o"]},
    "authentication/v1.TokenReviewStatus": {"authenticated": ["bool", "o"], "user": ["authentication/v1.UserInfo", "o"], "audiences": ["[]string", "o"], "error": ["string", "o"]},
    "authentication/v1.UserInfo": {"username": ["string", "o"], "uid": ["string", "o"], "groups": ["[]string", "o"], "extra": ["{}[]string", "o"]},
    "authentication/v1.SelfSubjectReview": kind(status=["authentication/v1.SelfSubjectReviewStatus", "o"]),
    "authentication/v1.SelfSubjectReviewStatus": {"userInfo": ["authentication/v1.UserInfo", "o"]},
    "authorization/v1.SubjectAccessReview": kind(spec=["authorization/v1.SubjectAccessReviewSpec", ""], status=["authorization/v1.SubjectAccessReviewStatus", "o"]),
    "authorization/v1.LocalSubjectAccessReview": kind(spec=["authorization/v1.SubjectAccessReviewSpec", ""], status=["authorization/v1.SubjectAccessReviewStatus", "o"]),
    "authorization/v1.SelfSubjectAccessReview": kind(spec=["authorization/v1.SelfSubjectAccessReviewSpec", ""], status=["authorization/v1.SubjectAccessReviewStatus", "o"]),
    "authorization/v1.SelfSubjectRulesReview": kind(spec=["authorization/v1.SelfSubjectRulesReviewSpec", ""], status=["authorization/v1.SubjectRulesReviewStatus", "o"]),
    "authorization/v1.SelfSubjectRulesReviewSpec": {"namespace": ["string", "o"]},
    "authorization/v1.SubjectRulesReviewStatus": {"resourceRules": ["[]authorization/v1.ResourceRule", ""], "nonResourceRules": ["[]authorization/v1.NonResourceRule", ""], "incomplete": ["bool", ""], "evaluationError": ["string", "o"]},
    "authorization/v1.ResourceRule": {"verbs": ["[]string", ""], "apiGroups": ["[]string", "o"], "resources": ["[]string", "o"], "resourceNames": ["[]string", "o"]},
    "authorization/v1.NonResourceRule": {"verbs": ["[]string", ""], "nonResourceURLs": ["[]string", "o"]},
    "authorization/v1.SubjectAccessReviewSpec": {"resourceAttributes": ["authorization/v1.ResourceAttributes", "op"], "nonResourceAttributes": ["authorization/v1.NonResourceAttributes", "op"], "user": ["string", "o"], "groups": ["[]string", "o"], "extra": ["{}[]string", "o"], "uid": ["string", "o"]},
    "authorization/v1.SelfSubjectAccessReviewSpec": {"resourceAttributes": ["authorization/v1.ResourceAttributes", "op"], "nonResourceAttributes": ["authorization/v1.NonResourceAttributes", "op"]},
    "authorization/v1.SubjectAccessReviewStatus": {"allowed": ["bool", ""], "denied": ["bool", "o"], "reason": ["string", "o"], "evaluationError": ["string", "o"]},
    "authorization/v1.ResourceAttributes": {**{name: ["string", "o"] for name in ("namespace", "verb", "group", "version", "resource", "subresource", "name")}, "fieldSelector": ["authorization/v1.FieldSelectorAttributes", "op"], "labelSelector": ["authorization/v1.LabelSelectorAttributes", "op"]},
    "authorization/v1.NonResourceAttributes": {"path": ["string", "o"], "verb": ["string", "o"]},
    "authorization/v1.FieldSelectorAttributes": {"rawSelector": ["string", "o"], "requirements": ["[]meta/v1.LabelSelectorRequirement", "o"]},
    "authorization/v1.LabelSelectorAttributes": {"rawSelector": ["string", "o"], "requirements": ["[]meta/v1.LabelSelectorRequirement", "o"]},
    "storagemigration/v1.StorageVersionMigration": kind(spec=["storagemigration/v1.StorageVersionMigrationSpec", "o"], status=["storagemigration/v1.StorageVersionMigrationStatus", "o"]),
    "storagemigration/v1.StorageVersionMigrationSpec": {"resource": ["meta/v1.GroupResource", ""]},
    "storagemigration/v1.StorageVersionMigrationStatus": {"conditions": ["[]meta/v1.Condition", "o"], "resourceVersion": ["string", "o"]},
    "meta/v1.GroupResource": {"group": ["string", ""], "resource": ["string", ""]},
    "apiregistration/v1.APIService": kind(spec=["apiregistration/v1.APIServiceSpec", "o"], status=["apiregistration/v1.APIServiceStatus", "o"]),
    "apiregistration/v1.APIServiceSpec": {"service": ["apiregistration/v1.ServiceReference", "op"], "group": ["string", "o"], "version": ["string", "o"], "insecureSkipTLSVerify": ["bool", "o"], "caBundle": ["bytes", "o"], "groupPriorityMinimum": ["int32", ""], "versionPriority": ["int32", ""]},
    "apiregistration/v1.ServiceReference": {"namespace": ["string", "o"], "name": ["string", "o"], "port": ["int32", "op"]},
    "apiregistration/v1.APIServiceStatus": {"conditions": ["[]apiregistration/v1.APIServiceCondition", "o"]},
    "apiregistration/v1.APIServiceCondition": {"type": ["string", ""], "status": ["string", ""], "lastTransitionTime": ["Time", "o"], "reason": ["string", "o"], "message": ["string", "o"]},
    # What requests on subresources take.
    "authentication/v1.TokenRequest": kind(spec=["authentication/v1.TokenRequestSpec", ""], status=["authentication/v1.TokenRequestStatus", "o"]),
    "authentication/v1.TokenRequestSpec": {"audiences": ["[]string", ""], "expirationSeconds": ["int64", "p"], "boundObjectRef": ["authentication/v1.BoundObjectReference", "p"], "attestations": ["{}[]string", "o"]},
    "authentication/v1.TokenRequestStatus": {"token": ["string", ""], "expirationTimestamp": ["Time", ""]},
    "authentication/v1.BoundObjectReference": {name: ["string", "o"] for name in ("kind", "apiVersion", "name", "uid")},
    "core/v1.PodExecOptions": options(stdin="bool", stdout="bool", stderr="bool", tty="bool", container="string", command=["[]string", ""]),
    "core/v1.PodAttachOptions": options(stdin="bool", stdout="bool", stderr="bool", tty="bool", container="string"),
    "core/v1.PodPortForwardOptions": options(ports="[]int32"),
    "core/v1.PodProxyOptions": options(path="string"),
    "core/v1.ServiceProxyOptions": options(path="string"),
    "core/v1.NodeProxyOptions": options(path="string"),
}
EXTRA_KINDS = {
    "authentication.k8s.io/v1": ["TokenRequest", "TokenReview", "SelfSubjectReview"],
    "authorization.k8s.io/v1": ["SubjectAccessReview", "LocalSubjectAccessReview", "SelfSubjectAccessReview", "SelfSubjectRulesReview"],
    "storagemigration.k8s.io/v1": ["StorageVersionMigration"],
    "apiregistration.k8s.io/v1": ["APIService"],
}

def named_strings(folders):
    """{(package.Type, field): Go type} of the fields whose type is a string by another name."""
    texts, strings, found, embedded = {}, {}, {}, []
    for path in (path for folder in folders for path in glob.glob(folder + "/**/types.go", recursive=True)):
        package = "/".join(os.path.dirname(path).split("/")[-2:])
        texts[package] = open(path).read()
        strings[package] = set(re.findall(r"^(?:type |\t)(\w+) string$", texts[package], re.M))
    aliases = {"metav1": "meta/v1", "corev1": "core/v1", "apiv1": "core/v1", "v1": "core/v1"}
    for package, text in texts.items():
        for name, body in re.findall(r"^type (\w+) struct \{\n(.*?)^\}", text, re.M | re.S):
            for go, tag in re.findall(r"^\t\w+\s+([\w\[\]*.]+)\s+`json:\"(\w+)", body, re.M):
                *qualifier, bare = re.sub(r"map\[\w+\]|\[\]|\*", "", go).split(".")
                of = aliases.get(qualifier[0], "") if qualifier else package
                if bare in strings.get(of, ()):
                    found[f"{package}.{name}", tag] = f"{of.split('/')[1]}.{bare}"
                elif qualifier == ["types"]:
                    found[f"{package}.{name}", tag] = f"types.{bare}"
            for inner in re.findall(r"^\t(\w+)\s+`json:\"(?:,inline)?\"", body, re.M):
                embedded.append((f"{package}.{name}", f"{package}.{inner}"))
    for _ in range(3):
        for outer, inner in embedded:
            found.update({(outer, tag): go for (of, tag), go in list(found.items()) if of == inner})
    return found

data = json.load(open(sys.argv[1]))
named = named_strings(sys.argv[2:])
kinds, types = dict(data["kinds"]), dict(data["types"])
for version, names in EXTRA_KINDS.items():
    package = version.split(".")[0] + "/" + version.split("/")[1]
    for name in names:
        kinds.setdefault(f"{version}/{name}", f"{package}.{name}")
# Versions that no server has any more, with the fields of the version after.
for name in ("ValidatingAdmissionPolicy", "MutatingAdmissionPolicy"):
    for kind_name in (name, name + "Binding"):
        kinds[f"admissionregistration.k8s.io/v1alpha1/{kind_name}"] = f"admissionregistration/v1beta1.{kind_name}"
for name in EXTRA:
    if name.startswith("core/v1.") and name.endswith("Options"):
        kinds[f"v1/{name[8:]}"] = name
for name, fields in EXTRA.items():
    types.setdefault(name, fields)
for name in sorted(kinds):
    print(f"={name} {kinds[name]}")
for name in sorted(types):
    fields = types[name]
    def shown(field):
        of = fields[field][0].replace("opaque:", "?")
        return f"{of}={named[name, field]}" if of.endswith("string") and (name, field) in named else of
    words = [f"{field}:{shown(field)},{fields[field][1]}" for field in sorted(fields)]
    print(" ".join([name] + words))
