//! Expressions of policies: most of them fit the kind they are about, some fail, some do not compile.

use super::{super::random::Random, objects::Row};

/// What an expression may name.
pub(super) struct Names<'a> {
    /// The policy's variables.
    pub(super) variables: &'a [String],
    /// Whether `params` is declared.
    pub(super) params: bool,
    /// Whether `authorizer` is.
    pub(super) authorizer: bool,
}

const GENERAL: &[&str] = &[
    "true",
    "false",
    "object.metadata.name.startsWith('web')",
    "size(object.metadata.name) < 20",
    "object.metadata.namespace == 'default'",
    "has(object.metadata.labels) && 'app' in object.metadata.labels",
    "object.metadata.labels['app'] == 'a'",
    "object.metadata.?labels.?app.orValue('none') != 'b'",
    "has(object.metadata.labels) ? object.metadata.labels.all(k, k.matches('^[a-z./0-9]+$')) : true",
    "oldObject == null",
    "object == null",
    "oldObject != null ? object.metadata.name == oldObject.metadata.name : true",
    "oldObject.metadata.labels.env == 'prod'",
    "object.spec == oldObject.spec",
    "object.spec == object.spec",
    "object == oldObject",
    "dyn(object) != dyn(oldObject)",
    "request.operation == 'CREATE'",
    "request.operation in ['UPDATE', 'DELETE']",
    "request.userInfo.username != 'mallory'",
    "request.userInfo.username == ''",
    "'system:masters' in request.userInfo.groups",
    "request.userInfo.groups.size() > 1",
    "has(request.userInfo.extra) && 'scopes' in request.userInfo.extra",
    "request.userInfo.extra['scopes'].exists(s, s == 'a')",
    "request.userInfo.uid == 'u-1'",
    "request.dryRun != true",
    "has(request.namespace) && request.namespace != 'prod'",
    "request.namespace == 'default'",
    "request.name == object.metadata.name",
    "has(request.name)",
    "has(request.subResource)",
    "request.subResource == 'status'",
    "request.requestSubResource in ['scale', 'exec']",
    "request.options == null",
    "has(request.options.fieldManager) && request.options.fieldManager.startsWith('kubectl')",
    "request.options.fieldValidation == 'Strict'",
    "request.options.kind == 'CreateOptions'",
    "request.options.?gracePeriodSeconds.orValue(30) == 30",
    "request.options.propagationPolicy != 'Orphan'",
    "dyn(request).uid == ''",
    "dyn(request).object == null",
    "request.kind.kind == '$K' && request.resource.resource == '$R'",
    "request.kind == request.requestKind",
    "request.resource.version == request.requestResource.version",
    "request.requestKind.group == '$G'",
    "namespaceObject.metadata.name == 'default'",
    "namespaceObject == null",
    "namespaceObject != null && namespaceObject.status.phase == 'Active'",
    "has(namespaceObject.metadata.labels) && namespaceObject.metadata.labels['env'] == 'prod'",
    "namespaceObject.metadata.labels.env == 'prod'",
    "namespaceObject.metadata.labels['kubernetes.io/metadata.name'] == request.namespace",
    "has(namespaceObject.metadata.annotations)",
    "namespaceObject.metadata.UID == ''",
    "namespaceObject.metadata.creationTimestamp < timestamp('2026-06-01T00:00:00Z')",
    "namespaceObject.spec.finalizers.exists(f, f == 'kubernetes')",
    "has(namespaceObject.status.conditions)",
    "object.nope.nope == 1",
    "has(object.nope.nope)",
    "has(object.nope)",
    "!has(object.spec) || !has(object.spec.replicas) || object.spec.replicas <= 5",
    "object.spec.replicas <= 5",
    "object.spec.replicas > oldObject.spec.replicas",
    "object.kind == '$K'",
    "object.apiVersion == '$A'",
    "object.apiVersion.endsWith('v1')",
    "1 / 0 == 1 || true",
    "1 / 0 == 1",
    "[1,2,3][5] == 1",
    "dyn('a') + 1 == 2",
    "object.metadata.name + 'x' == 'webx'",
    "quantity('1Gi').compareTo(quantity('1024Mi')) == 0",
    "!('nope' in object)",
    "'metadata' in object",
    "object.metadata.annotations.exists(k, object.metadata.annotations[k] == 'true')",
    "object.metadata.?annotations['example.com/exempt'].hasValue()",
    "type(object.metadata.name) == string",
    "type(object) == map",
    "type(object.metadata) == type({})",
    "string(object.metadata.name).size() > 0",
    "has(object.metadata.creationTimestamp)",
    "object.metadata.creationTimestamp == timestamp('2026-01-02T03:04:05Z')",
    "string(object.metadata.creationTimestamp).startsWith('2026')",
    "object.metadata.creationTimestamp > '2025'",
    "has(object.metadata.uid) && object.metadata.uid.matches('^[0-9a-f-]+$')",
    "has(object.metadata.generation)",
    "object.metadata.generation == 1",
    "object.metadata.generation > oldObject.metadata.generation",
    "has(object.metadata.managedFields)",
    "has(object.metadata.resourceVersion)",
    "!has(object.metadata.ownerReferences) || object.metadata.ownerReferences.exists(o, o.controller)",
    "object.metadata.finalizers.size() == 0",
    "has(object.status)",
    "has(object.spec)",
    "object.spec != null",
    "has(object.status.phase) && object.status.phase == 'Pending'",
    "object.all(k, k != 'x')",
    "object.exists(k, k == 'spec')",
    "size(object) > 3",
    "object.metadata.exists(k, k == 'labels')",
    "object.metadata.all(k, v, k != 'annotations')",
    "object.metadata.labels.exists_one(k, k.startsWith('app'))",
    "object.metadata.labels.map(k, k).size() == 0",
    "string(object) == ''",
    "object.metadata.labels == {}",
    "object.metadata.?labels == oldObject.metadata.?labels",
    "oldObject.?metadata.?labels.orValue({}).size() > 1",
    "cel.bind(n, object.metadata.name, n == 'web' || n.size() > 5)",
    "isURL('https://example.com') && url('https://example.com/x').getHost() == 'example.com'",
    "ip('10.0.0.1').family() == 4 && cidr('10.0.0.0/8').containsIP('10.1.2.3')",
    "object.metadata.name.lowerAscii().replace('a', 'b').split('-').join('/') != ''",
    "['a', 'b'].exists(x, x == object.metadata.?labels.?app.orValue(''))",
    "object.metadata.labels.transformMap(k, v, v + '!').size() > 0",
    "'%s:%d'.format([object.metadata.name, 3]) == 'web:3'",
    "format.dns1123Label().validate(object.metadata.name) == optional.none()",
    "semver('1.2.3').isLessThan(semver('1.10.0'))",
    "timestamp('2026-01-02T03:04:05Z').getFullYear() == 2026",
    "object.metadata.name in {'web': true, 'x': false}",
    "object",
    "object.metadata.labels",
    "params != null",
    "1",
    "nope(object)",
    "object.metadata.name ==",
];

const AUTHORIZER: &[&str] = &[
    "authorizer.group('').resource('pods').check('get').allowed()",
    "authorizer.group('').resource('pods').namespace('default').name('web').check('delete').allowed()",
    "authorizer.group('').resource('pods').subresource('exec').check('create').allowed()",
    "authorizer.group('apps').resource('deployments').labelSelector('app=a').check('list').allowed()",
    "authorizer.group('').resource('pods').fieldSelector('spec.nodeName=n').check('list').errored()",
    "authorizer.requestResource.check('create').allowed()",
    "authorizer.requestResource.check('*').reason() == ''",
    "authorizer.serviceAccount('default', 'app').group('apps').resource('deployments').namespace('prod').check('update').allowed()",
    "authorizer.serviceAccount('Bad Name', 'app').group('').resource('pods').check('get').allowed()",
    "authorizer.path('/healthz').check('get').reason() == ''",
    "authorizer.path('/healthz').check('get').allowed()",
    "authorizer.path('/metrics/x').check('get').allowed() || authorizer.path('/').check('get').allowed()",
    "authorizer.path('').check('get').allowed()",
    "authorizer.group('').resource('pods').check('get').error() == ''",
    "authorizer.group('').resource('secrets').check('get').reason().contains('RBAC')",
];

const POD: &[&str] = &[
    "$P.containers.all(c, !c.image.endsWith(':latest'))",
    "$P.containers.all(c, has(c.securityContext) && c.securityContext.runAsNonRoot == true)",
    "$P.containers.all(c, c.securityContext.privileged != true)",
    "$P.containers.exists(c, c.name == 'app0')",
    "$P.containers.map(c, c.image).filter(i, i.contains('/')).size() > 0",
    "$P.containers.all(c, has(c.resources.limits) && quantity(c.resources.limits.cpu).isLessThan(quantity('1')))",
    "$P.containers.all(c, c.resources.limits.memory == '64Mi')",
    "$P.containers.all(c, has(c.resources))",
    "$P.?hostNetwork.orValue(false) == false",
    "!has($P.hostNetwork) || !$P.hostNetwork",
    "$P.containers.all(c, c.?ports.orValue([]).all(p, !has(p.hostPort)))",
    "($P.containers + $P.?initContainers.orValue([])).all(c, c.imagePullPolicy == 'Always')",
    "$P.containers.exists_one(c, c.image == 'nginx')",
    "$P.containers.all(i, c, i < 3)",
    "$P.volumes.all(v, !has(v.hostPath))",
    "$P.volumes.exists(v, has(v.emptyDir))",
    "sets.contains(['ALL'], $P.containers[0].securityContext.capabilities.drop)",
    "$P.restartPolicy == 'Always'",
    "$P.containers[0].ports[0].protocol == 'TCP'",
    "$P.securityContext == {}",
    "has($P.securityContext)",
    "$P.terminationGracePeriodSeconds == 30",
    "$P.containers.all(c, c.terminationMessagePath.startsWith('/dev'))",
    "$P.containers.all(c, !has(c.env) || c.env.all(e, has(e.value)))",
    "$P.containers.exists(c, has(c.livenessProbe) && c.livenessProbe.periodSeconds == 10)",
    "$P.tolerations.exists(t, t.key == 'k')",
    "$P.nodeSelector['disk'] == 'ssd'",
    "$P.serviceAccountName != 'default'",
    "$P.?serviceAccountName.orValue('') == $P.?serviceAccount.orValue('')",
    "$P.containers == $P.containers",
    "$P.containers.map(c, c.name).isSorted()",
    "$P.containers.filter(c, has(c.securityContext)).map(c, c.securityContext).exists(s, has(s.runAsUser) && s.runAsUser == 0)",
    "type($P.containers[0].resources) == map",
    "$P.containers[0] == oldObject.spec.containers[0]",
    "$P.containers[5].name == 'x'",
];

/// What is about other kinds.
const OF_KIND: &[(&str, &[&str])] = &[
    (
        "Widget",
        &[
            "object.spec.size > 1",
            "object.spec.size == 1",
            "object.spec.size > 1.5",
            "object.spec.mode in ['fast', 'slow']",
            "object.spec.tags.exists(t, t == 'a')",
            "object.spec.none == null",
            "has(object.spec.none)",
            "object.spec['x-y'].namespace == 'n'",
            "object.spec.x__dash__y.namespace == 'n'",
            "object.spec['x-y']['a.b/c'][1] == 'two'",
            "object.spec.tags.sum() == ''",
            "object.spec.on ? object.spec.size >= 1 : true",
            "has(object.status.phase)",
            "type(object.spec.size) == int",
        ],
    ),
    ("ClusterWidget", &["object.spec.size > 1", "!has(object.metadata.namespace)"]),
    (
        "ConfigMap",
        &[
            "object.data.a == '1'",
            "object.data.all(k, object.data[k] != '')",
            "has(object.data) && has(object.data.maxReplicas)",
            "'x-y' in object.data",
            "object.?immutable.orValue(false)",
            "object.binaryData.bin == 'AAECAw=='",
            "type(object.binaryData.bin) == bytes",
        ],
    ),
    (
        "Secret",
        &[
            "object.type == 'Opaque'",
            "object.data.p == b'pass'",
            "object.data['p'] == 'cGFzcw=='",
            "has(object.stringData)",
            "string(object.data.p) == 'pass'",
            "size(object.data) > 1",
        ],
    ),
    (
        "Service",
        &[
            "object.spec.type != 'LoadBalancer'",
            "object.spec.ports.all(p, p.port == 80)",
            "object.spec.ports[0].targetPort == object.spec.ports[0].port",
            "object.spec.ports.exists(p, type(p.targetPort) == int)",
            "object.spec.ports[0].targetPort == 'http'",
            "object.spec.sessionAffinity == 'None'",
            "!has(object.spec.externalIPs) || object.spec.externalIPs == []",
        ],
    ),
    (
        "HorizontalPodAutoscaler",
        &[
            "object.spec.minReplicas == 1",
            "object.spec.maxReplicas > object.spec.minReplicas",
            "has(object.spec.metrics) && object.spec.metrics.exists(m, m.type == 'Resource')",
            "object.spec.targetCPUUtilizationPercentage == 60",
            "object.spec.metrics[0].resource.target.averageUtilization == 60",
            "has(object.spec.behavior)",
            "object.metadata.?annotations['autoscaling.alpha.kubernetes.io/metrics'].orValue('') == ''",
            "has(object.status.currentReplicas)",
        ],
    ),
    (
        "Event",
        &[
            "object.type == 'Normal'",
            "object.note == 'made'",
            "object.message == 'made'",
            "object.regarding.kind == 'Pod'",
            "object.involvedObject.kind == 'Pod'",
            "object.eventTime == null",
            "object.?count.orValue(0) == 1",
            "has(object.deprecatedCount)",
        ],
    ),
    (
        "Namespace",
        &[
            "object.spec.finalizers == ['kubernetes']",
            "object.status.phase == 'Active'",
            "object.metadata.labels['kubernetes.io/metadata.name'] == object.metadata.name",
        ],
    ),
    (
        "PersistentVolumeClaim",
        &[
            "quantity(object.spec.resources.requests.storage).isGreaterThan(quantity('1Gi'))",
            "object.spec.volumeMode == 'Filesystem'",
            "object.spec.accessModes == ['ReadWriteOnce']",
        ],
    ),
    (
        "NetworkPolicy",
        &[
            "object.spec.policyTypes == ['Ingress']",
            "has(object.spec.ingress)",
            "object.spec.podSelector == {}",
            "object.spec.ingress.all(i, i.ports.all(p, p.protocol == 'TCP'))",
        ],
    ),
    ("Role", &["has(object.rules)", "object.rules == null", "object.rules.all(r, !('*' in r.verbs))"]),
    ("ClusterRole", &["object.rules.exists(r, '*' in r.resources)", "object.rules == null"]),
    (
        "RoleBinding",
        &[
            "object.subjects.all(s, s.kind != 'User')",
            "object.subjects[0].apiGroup == 'rbac.authorization.k8s.io'",
        ],
    ),
    (
        "Lease",
        &[
            "object.spec.leaseDurationSeconds == 15",
            "object.spec.renewTime > timestamp('2026-01-01T00:00:00Z')",
            "object.spec.renewTime == '2026-01-02T03:04:05.123456Z'",
        ],
    ),
    (
        "Job",
        &[
            "object.spec.backoffLimit == 6",
            "object.spec.?suspend.orValue(false)",
            "object.spec.completionMode == 'NonIndexed'",
        ],
    ),
    (
        "Deployment",
        &[
            "object.spec.strategy.type == 'RollingUpdate'",
            "object.spec.strategy.rollingUpdate.maxSurge == '25%'",
            "object.spec.strategy.rollingUpdate.maxSurge == 1",
            "object.spec.paused",
            "object.spec.selector.matchLabels.app == 'a'",
        ],
    ),
    ("Node", &["object.status.capacity.cpu == '4'", "object.spec.unschedulable", "!has(object.spec.taints)"]),
    (
        "PriorityClass",
        &["object.value > 0", "object.preemptionPolicy == 'PreemptLowerPriority'", "!object.globalDefault"],
    ),
    ("StorageClass", &["object.reclaimPolicy == 'Delete'", "object.parameters['type'] == 'ssd'"]),
    (
        "PodDisruptionBudget",
        &[
            "object.spec.minAvailable == 1",
            "object.spec.maxUnavailable == '50%'",
            "has(object.spec.minAvailable)",
        ],
    ),
    ("Ingress", &["object.spec.rules.all(r, !r.host.startsWith('*'))", "has(object.spec.tls)"]),
];

const PARAMS: &[&str] = &[
    "params != null",
    "params == null",
    "params.data.maxReplicas == '3'",
    "int(params.data.maxReplicas) >= object.spec.replicas",
    "params.spec.max > 2",
    "has(params.spec)",
    "has(params.spec.max) && params.spec.max == 3",
    "params.metadata.name == 'p1'",
    "has(params.data.x)",
    "params.kind == 'ConfigMap'",
    "params.apiVersion == 'v1'",
    "params.metadata.namespace == request.namespace",
    "params.metadata.labels.use == 'yes'",
    "params.data == 'x'",
    "has(params.metadata.creationTimestamp)",
    "params.data.all(k, v, v != 'x')",
];

const OTHERS: &[&str] = &[
    // More than one expression may cost.
    "[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, [0,1,2,3,4,5,6,7,8,9].all(f, a + b + c + d + e + f < 100))))))",
    // Each may, all together may not.
    "authorizer.path('/a').check('get').allowed() || authorizer.path('/b').check('get').allowed() || true",
    "authorizer.path('/a').check('get').allowed() && authorizer.path('/b').check('get').allowed() && authorizer.path('/c').check('get').allowed()",
    "authorizer.path('/a').check('get').reason() + authorizer.path('/b').check('get').reason() + authorizer.path('/c').check('get').reason() == ''",
];

const MESSAGES: &[&str] = &[
    "'name is ' + object.metadata.name",
    "'replicas ' + string(object.spec.replicas)",
    "object.spec.none",
    "'  padded  '",
    "''",
    "'line1\\nline2'",
    "'tab\\tin it'",
    "'return\\rin it'",
    "string(1/0)",
    "'user ' + request.userInfo.username",
    "'é✓ ' + object.kind",
    "'<b>&\\'\\\"</b>'",
    "'%s in %s'.format([object.metadata.name, request.namespace])",
    "has(namespaceObject.metadata.labels) ? namespaceObject.metadata.labels.env : 'none'",
    "oldObject == null ? 'new' : oldObject.metadata.name",
    "object.metadata.name.size() > 3 ? 'long' : ''",
    "'x'.replace('x', 'y' + object.metadata.name)",
    "[object.metadata.name, 'z'].join(', ')",
];

const AUDIT: &[&str] = &[
    "'v'",
    "null",
    "''",
    "object.metadata.name",
    "string(object.spec.replicas)",
    "object.nope",
    "' spaced '",
    "object.metadata.?labels.?app.orValue('')",
    "request.userInfo.username",
    "authorizer.path('/x').check('get').reason()",
    "namespaceObject.metadata.name",
    "has(object.spec) ? 'spec' : 'none'",
    "'a\\nb'",
];

/// Where the pod of a kind is.
fn pod_of(kind: &str) -> Option<&'static str> {
    match kind {
        "Pod" => Some("object.spec"),
        "Deployment" | "StatefulSet" | "ReplicaSet" | "DaemonSet" | "Job" => {
            Some("object.spec.template.spec")
        }
        "CronJob" => Some("object.spec.jobTemplate.spec.template.spec"),
        _ => None,
    }
}

fn filled(text: &str, row: &Row) -> String {
    if !text.contains('$') {
        return text.into();
    }
    text.replace("$P", pod_of(row.kind).unwrap_or("object.spec"))
        .replace("$K", row.kind)
        .replace("$R", row.resource)
        .replace("$G", row.group)
        .replace("$A", &row.api_version())
}

/// An expression that is true or false, or nearly so.
pub(super) fn boolean(random: &mut Random, row: &Row, names: &Names<'_>) -> String {
    let one = |random: &mut Random| single(random, row, names);
    match random.below(20) {
        0 => format!("({}) && ({})", one(random), one(random)),
        1 => format!("({}) || ({})", one(random), one(random)),
        2 => format!("!({})", one(random)),
        3 => format!("({}) ? ({}) : ({})", one(random), one(random), one(random)),
        4 => format!("  {}\n", one(random)),
        5 => format!("{}\n  || {}", one(random), one(random)),
        _ => one(random),
    }
}

fn single(random: &mut Random, row: &Row, names: &Names<'_>) -> String {
    let own = OF_KIND.iter().find(|(kind, _)| *kind == row.kind).map(|(_, texts)| *texts);
    let text = match random.below(100) {
        0..25 if pod_of(row.kind).is_some() => *random.one_of(POD),
        0..35 if own.is_some() => *random.one_of(own.unwrap_or(GENERAL)),
        35..50 if names.params => *random.one_of(PARAMS),
        50..62 if names.authorizer => *random.one_of(AUTHORIZER),
        62..75 if !names.variables.is_empty() => {
            let name = random.one_of(names.variables).clone();
            return match random.below(6) {
                0 => format!("variables.{name} == 'web'"),
                1 => format!("variables.{name} > 2"),
                2 => format!("has(variables.{name})"),
                3 => format!("dyn(variables.{name}) != dyn(null)"),
                4 => format!("[variables.{name}, variables.{name}].size() == 2"),
                _ => format!("variables.{name}"),
            };
        }
        75 if names.authorizer && random.chance(40) => *random.one_of(OTHERS),
        _ => *random.one_of(GENERAL),
    };
    filled(text, row)
}

/// A messageExpression.
pub(super) fn message(random: &mut Random, row: &Row, names: &Names<'_>) -> String {
    if !names.variables.is_empty() && random.chance(25) {
        let name = random.one_of(names.variables);
        return match random.below(3) {
            0 => format!("variables.{name} + ' denied'"),
            1 => format!("'v: ' + string(variables.{name})"),
            _ => format!("variables.{name}"),
        };
    }
    if names.params && random.chance(20) {
        return "'params ' + params.metadata.name".into();
    }
    filled(random.one_of::<&str>(MESSAGES), row)
}

/// The valueExpression of an audit annotation.
pub(super) fn audit(random: &mut Random, row: &Row, names: &Names<'_>) -> String {
    if !names.variables.is_empty() && random.chance(20) {
        return format!("variables.{}", random.one_of(names.variables));
    }
    if names.params && random.chance(20) {
        return "params.metadata.name".into();
    }
    filled(random.one_of::<&str>(AUDIT), row)
}

/// A variable's expression.
pub(super) fn variable(random: &mut Random, row: &Row, names: &Names<'_>) -> String {
    const TEXTS: &[&str] = &[
        "object.metadata.name",
        "'web'",
        "3",
        "size(object.metadata.name)",
        "object.spec.replicas",
        "1/0",
        "1/0 == 0",
        "object.missing",
        "object.metadata.?labels.?env.orValue('web')",
        "object.metadata.?labels",
        "request.userInfo",
        "[1, 2, 3]",
        "{'a': 1}",
        "quantity('1Gi')",
        "null",
        "object.spec",
        "authorizer.path('/x').check('get').allowed()",
        "namespaceObject.metadata.name",
        "has(object.spec)",
        "$P.containers",
        "$P.containers.map(c, c.name)",
    ];
    if !names.variables.is_empty() && random.chance(25) {
        let name = random.one_of(names.variables);
        return format!("variables.{name}");
    }
    if random.chance(25) {
        return boolean(random, row, names);
    }
    filled(random.one_of::<&str>(TEXTS), row)
}
