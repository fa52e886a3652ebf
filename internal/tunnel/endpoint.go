package tunnel

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	cachetypes "github.com/aws/aws-sdk-go-v2/service/elasticache/types"
	"github.com/aws/aws-sdk-go-v2/service/opensearch"
	searchtypes "github.com/aws/aws-sdk-go-v2/service/opensearch/types"
	"github.com/aws/aws-sdk-go-v2/service/rds"
	rdstypes "github.com/aws/aws-sdk-go-v2/service/rds/types"
)

// FindEndpoint is where to leads. A port that to sets is kept.
func FindEndpoint(ctx context.Context, cfg aws.Config, to To) (Endpoint, error) {
	var end Endpoint
	var err error
	switch {
	case to.RDS != "":
		end, err = findRDS(ctx, cfg, to.RDS)
	case to.ElastiCache != "":
		end, err = findElastiCache(ctx, cfg, to.ElastiCache)
	case to.OpenSearch != "":
		end, err = findOpenSearch(ctx, cfg, to.OpenSearch)
	case to.Port == 0:
		return Endpoint{}, fmt.Errorf("the host %q has no port", to.Host)
	default:
		return Endpoint{Host: to.Host, Port: to.Port, Scheme: schemeOfPort[to.Port]}, nil
	}
	if err != nil {
		return Endpoint{}, fmt.Errorf("look for %s in %s: %w", to, cfg.Region, Explain(err))
	}
	if to.Port != 0 {
		end.Port = to.Port
	}
	if end.Host == "" || end.Port == 0 {
		return Endpoint{}, fmt.Errorf("%s in %s has no endpoint yet: is it still being made?", to, cfg.Region)
	}
	return end, nil
}

// errNone is the error for what AWS does not know.
func errNone(names []string) error {
	slices.Sort(names)
	if len(names) == 0 {
		return errors.New("there is none")
	}
	return fmt.Errorf("there is none of that name; seen: %s", abbreviate(names))
}

// findRDS looks for an instance of RDS, then for a cluster (Aurora, Multi-AZ
// cluster, Neptune, DocumentDB).
func findRDS(ctx context.Context, cfg aws.Config, id string) (Endpoint, error) {
	client := rds.NewFromConfig(cfg)
	out, err := client.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{DBInstanceIdentifier: &id})
	if err == nil && len(out.DBInstances) > 0 {
		return instanceEndpoint(out.DBInstances[0]), nil
	}
	if _, none := errors.AsType[*rdstypes.DBInstanceNotFoundFault](err); err != nil && !none {
		return Endpoint{}, err
	}
	clusters, err := client.DescribeDBClusters(ctx, &rds.DescribeDBClustersInput{DBClusterIdentifier: &id})
	if err == nil && len(clusters.DBClusters) > 0 {
		return clusterEndpoint(clusters.DBClusters[0]), nil
	}
	if _, none := errors.AsType[*rdstypes.DBClusterNotFoundFault](err); err != nil && !none {
		return Endpoint{}, err
	}
	return Endpoint{}, errNone(databases(ctx, client))
}

func instanceEndpoint(db rdstypes.DBInstance) Endpoint {
	e := Endpoint{Scheme: schemeOf(aws.ToString(db.Engine)), Database: aws.ToString(db.DBName)}
	if db.Endpoint != nil {
		e.Host, e.Port = aws.ToString(db.Endpoint.Address), int(aws.ToInt32(db.Endpoint.Port))
	}
	if db.DBSubnetGroup != nil {
		e.VPC = aws.ToString(db.DBSubnetGroup.VpcId)
	}
	e.Groups = rdsGroups(db.VpcSecurityGroups)
	return e
}

func clusterEndpoint(db rdstypes.DBCluster) Endpoint {
	return Endpoint{
		Host: aws.ToString(db.Endpoint), Port: int(aws.ToInt32(db.Port)),
		Scheme: schemeOf(aws.ToString(db.Engine)), Database: aws.ToString(db.DatabaseName), Groups: rdsGroups(db.VpcSecurityGroups),
	}
}

func rdsGroups(members []rdstypes.VpcSecurityGroupMembership) []string {
	var ids []string
	for _, g := range members {
		ids = append(ids, aws.ToString(g.VpcSecurityGroupId))
	}
	return ids
}

// databases are the names of what RDS has, as far as it tells.
func databases(ctx context.Context, client *rds.Client) []string {
	instances, _ := Pages(func(token *string) ([]rdstypes.DBInstance, *string, error) {
		page, err := client.DescribeDBInstances(ctx, &rds.DescribeDBInstancesInput{Marker: token})
		if err != nil {
			return nil, nil, err
		}
		return page.DBInstances, page.Marker, nil
	})
	clusters, _ := Pages(func(token *string) ([]rdstypes.DBCluster, *string, error) {
		page, err := client.DescribeDBClusters(ctx, &rds.DescribeDBClustersInput{Marker: token})
		if err != nil {
			return nil, nil, err
		}
		return page.DBClusters, page.Marker, nil
	})
	var names []string
	for _, db := range instances {
		names = append(names, aws.ToString(db.DBInstanceIdentifier))
	}
	for _, db := range clusters {
		names = append(names, aws.ToString(db.DBClusterIdentifier))
	}
	return names
}

// findElastiCache looks for a replication group, a serverless cache, then a
// cluster of its own (Memcached, or Redis without replicas).
func findElastiCache(ctx context.Context, cfg aws.Config, id string) (Endpoint, error) {
	client := elasticache.NewFromConfig(cfg)
	groups, err := client.DescribeReplicationGroups(ctx, &elasticache.DescribeReplicationGroupsInput{ReplicationGroupId: &id})
	if err == nil && len(groups.ReplicationGroups) > 0 {
		return replicationEndpoint(ctx, client, groups.ReplicationGroups[0])
	}
	if _, none := errors.AsType[*cachetypes.ReplicationGroupNotFoundFault](err); err != nil && !none {
		return Endpoint{}, err
	}
	serverless, err := client.DescribeServerlessCaches(ctx, &elasticache.DescribeServerlessCachesInput{ServerlessCacheName: &id})
	if err == nil && len(serverless.ServerlessCaches) > 0 {
		c := serverless.ServerlessCaches[0]
		return cacheEndpoint(c.Endpoint, aws.ToString(c.Engine), true, c.SecurityGroupIds), nil
	}
	if _, none := errors.AsType[*cachetypes.ServerlessCacheNotFoundFault](err); err != nil && !none {
		return Endpoint{}, err
	}
	c, err := cluster(ctx, client, id)
	if err != nil {
		return Endpoint{}, err
	}
	if c == nil {
		return Endpoint{}, errNone(caches(ctx, client))
	}
	at := c.ConfigurationEndpoint
	if at == nil && len(c.CacheNodes) > 0 {
		at = c.CacheNodes[0].Endpoint
	}
	return cacheEndpoint(at, aws.ToString(c.Engine), aws.ToBool(c.TransitEncryptionEnabled), clusterGroups(c)), nil
}

// cluster is a cluster of ElastiCache with its nodes, nil if there is none.
func cluster(ctx context.Context, client *elasticache.Client, id string) (*cachetypes.CacheCluster, error) {
	out, err := client.DescribeCacheClusters(ctx, &elasticache.DescribeCacheClustersInput{CacheClusterId: &id, ShowCacheNodeInfo: aws.Bool(true)})
	if _, none := errors.AsType[*cachetypes.CacheClusterNotFoundFault](err); none {
		return nil, nil
	}
	if err != nil || len(out.CacheClusters) == 0 {
		return nil, err
	}
	return &out.CacheClusters[0], nil
}

func clusterGroups(c *cachetypes.CacheCluster) []string {
	var ids []string
	for _, g := range c.SecurityGroups {
		ids = append(ids, aws.ToString(g.SecurityGroupId))
	}
	return ids
}

// replicationEndpoint is the primary of a group, or where a sharded group tells
// clients of its shards. The security groups are those of its first cluster: the
// group itself does not tell.
func replicationEndpoint(ctx context.Context, client *elasticache.Client, g cachetypes.ReplicationGroup) (Endpoint, error) {
	at := g.ConfigurationEndpoint
	if at == nil && len(g.NodeGroups) > 0 {
		at = g.NodeGroups[0].PrimaryEndpoint
	}
	var groups []string
	if len(g.MemberClusters) > 0 {
		// Who may not read clusters has no groups, and the tunnel does without.
		if c, err := cluster(ctx, client, g.MemberClusters[0]); err == nil && c != nil {
			groups = clusterGroups(c)
		}
	}
	return cacheEndpoint(at, "redis", aws.ToBool(g.TransitEncryptionEnabled), groups), nil
}

func cacheEndpoint(at *cachetypes.Endpoint, engine string, tls bool, groups []string) Endpoint {
	e := Endpoint{Groups: groups}
	if at != nil {
		e.Host, e.Port = aws.ToString(at.Address), int(aws.ToInt32(at.Port))
	}
	if engine != "memcached" {
		e.Scheme = map[bool]string{false: "redis", true: "rediss"}[tls]
	}
	return e
}

// caches are the names of what ElastiCache has, as far as it tells.
func caches(ctx context.Context, client *elasticache.Client) []string {
	groups, _ := Pages(func(token *string) ([]cachetypes.ReplicationGroup, *string, error) {
		page, err := client.DescribeReplicationGroups(ctx, &elasticache.DescribeReplicationGroupsInput{Marker: token})
		if err != nil {
			return nil, nil, err
		}
		return page.ReplicationGroups, page.Marker, nil
	})
	serverless, _ := Pages(func(token *string) ([]cachetypes.ServerlessCache, *string, error) {
		page, err := client.DescribeServerlessCaches(ctx, &elasticache.DescribeServerlessCachesInput{NextToken: token})
		if err != nil {
			return nil, nil, err
		}
		return page.ServerlessCaches, page.NextToken, nil
	})
	var names []string
	for _, g := range groups {
		names = append(names, aws.ToString(g.ReplicationGroupId))
	}
	for _, c := range serverless {
		names = append(names, aws.ToString(c.ServerlessCacheName))
	}
	return names
}

func findOpenSearch(ctx context.Context, cfg aws.Config, name string) (Endpoint, error) {
	client := opensearch.NewFromConfig(cfg)
	out, err := client.DescribeDomain(ctx, &opensearch.DescribeDomainInput{DomainName: &name})
	if _, none := errors.AsType[*searchtypes.ResourceNotFoundException](err); none {
		var names []string
		if all, err := client.ListDomainNames(ctx, &opensearch.ListDomainNamesInput{}); err == nil {
			for _, d := range all.DomainNames {
				names = append(names, aws.ToString(d.DomainName))
			}
		}
		return Endpoint{}, errNone(names)
	}
	if err != nil || out.DomainStatus == nil {
		return Endpoint{}, err
	}
	d := out.DomainStatus
	e := Endpoint{Host: aws.ToString(d.Endpoint), Port: 443, Scheme: "https"}
	if host := d.Endpoints["vpc"]; host != "" {
		e.Host = host
	}
	if v := d.VPCOptions; v != nil {
		e.VPC, e.Groups = aws.ToString(v.VPCId), v.SecurityGroupIds
	}
	return e, nil
}

// schemeOf is the scheme of connection strings for an engine of RDS, "" if it has
// no usual one.
func schemeOf(engine string) string {
	switch {
	case strings.Contains(engine, "postgres"):
		return "postgres"
	case strings.Contains(engine, "mysql"), engine == "mariadb":
		return "mysql"
	case strings.HasPrefix(engine, "sqlserver"), strings.HasPrefix(engine, "custom-sqlserver"):
		return "sqlserver"
	}
	return ""
}

// schemeOfPort guesses what listens at a well-known port.
var schemeOfPort = map[int]string{80: "http", 443: "https", 1433: "sqlserver", 3306: "mysql", 5432: "postgres", 6379: "redis"}
