package awsfake

import (
	"net/http"
	"slices"
)

// one gives the item of that name, or all if none is asked for; nil if there is
// none of that name.
func one[T any](items []T, name string, nameOf func(T) string) []T {
	if name == "" {
		return items
	}
	return slices.DeleteFunc(slices.Clone(items), func(i T) bool { return nameOf(i) != name })
}

func databaseID(d *Database) string { return d.ID }

// databases answers for instances or clusters of RDS.
func databases(cluster bool, parameter, code string, answer func([]*Database) map[string]any) handler {
	return func(w *World, c *call) (map[string]any, *fault) {
		all := slices.DeleteFunc(slices.Clone(w.at(c.place).Network.Databases), func(d *Database) bool { return d.Cluster != cluster })
		name := c.form.Get(parameter)
		found := one(all, name, databaseID)
		if name != "" && len(found) == 0 {
			return nil, &fault{http.StatusNotFound, code, name + " not found."}
		}
		if name != "" {
			return answer(found), nil
		}
		found, next, f := page(w, found, c.form.Get("Marker"), c.formNumber("MaxRecords"), 100)
		out := answer(found)
		if next != "" {
			out["Marker"] = next
		}
		return out, f
	}
}

func rdsGroups(ids []string) map[string]any {
	return list("VpcSecurityGroupMembership", ids, func(id string) any { return map[string]any{"VpcSecurityGroupId": id, "Status": "active"} })
}

var rdsOperations = map[string]handler{
	"DescribeDBInstances": databases(false, "DBInstanceIdentifier", "DBInstanceNotFound", func(found []*Database) map[string]any {
		return map[string]any{"DBInstances": list("DBInstance", found, func(d *Database) any {
			out := map[string]any{"DBInstanceIdentifier": d.ID, "Engine": d.Engine, "DBSubnetGroup": map[string]any{"VpcId": d.VPC}, "VpcSecurityGroups": rdsGroups(d.Groups)}
			if d.Name != "" {
				out["DBName"] = d.Name
			}
			if d.Host != "" {
				out["Endpoint"] = map[string]any{"Address": d.Host, "Port": d.Port}
			}
			return out
		})}
	}),
	"DescribeDBClusters": databases(true, "DBClusterIdentifier", "DBClusterNotFoundFault", func(found []*Database) map[string]any {
		return map[string]any{"DBClusters": list("DBCluster", found, func(d *Database) any {
			return map[string]any{"DBClusterIdentifier": d.ID, "Engine": d.Engine, "Endpoint": d.Host, "Port": d.Port, "DatabaseName": d.Name, "VpcSecurityGroups": rdsGroups(d.Groups)}
		})}
	}),
}

// caches answers for caches of one kind.
func caches(kind, parameter, code string, answer func([]*Cache) map[string]any) handler {
	return func(w *World, c *call) (map[string]any, *fault) {
		all := slices.DeleteFunc(slices.Clone(w.at(c.place).Network.Caches), func(k *Cache) bool { return k.Kind != kind })
		name := c.form.Get(parameter)
		found := one(all, name, func(k *Cache) string { return k.ID })
		if name != "" && len(found) == 0 {
			return nil, &fault{http.StatusNotFound, code, name + " not found."}
		}
		return answer(found), nil
	}
}

func address(host string, port int) map[string]any {
	return map[string]any{"Address": host, "Port": port}
}

var cacheOperations = map[string]handler{
	"DescribeReplicationGroups": caches("group", "ReplicationGroupId", "ReplicationGroupNotFoundFault", func(found []*Cache) map[string]any {
		return map[string]any{"ReplicationGroups": list("ReplicationGroup", found, func(k *Cache) any {
			return map[string]any{
				"ReplicationGroupId": k.ID, "TransitEncryptionEnabled": k.TLS, "MemberClusters": list("ClusterId", []string{k.ID + "-001"}, same),
				"NodeGroups": list("NodeGroup", []string{"0001"}, func(id string) any {
					return map[string]any{"NodeGroupId": id, "PrimaryEndpoint": address(k.Host, k.Port)}
				}),
			}
		})}
	}),
	"DescribeServerlessCaches": caches("serverless", "ServerlessCacheName", "ServerlessCacheNotFoundFault", func(found []*Cache) map[string]any {
		return map[string]any{"ServerlessCaches": list("member", found, func(k *Cache) any {
			return map[string]any{"ServerlessCacheName": k.ID, "Engine": k.Engine, "Endpoint": address(k.Host, k.Port), "SecurityGroupIds": list("SecurityGroupId", k.Groups, same)}
		})}
	}),
	"DescribeCacheClusters": func(w *World, c *call) (map[string]any, *fault) {
		var found []*Cache
		for _, k := range w.at(c.place).Network.Caches {
			if id := c.form.Get("CacheClusterId"); k.Kind == "cluster" && id == k.ID || k.Kind == "group" && id == k.ID+"-001" {
				found = append(found, k)
			}
		}
		if len(found) == 0 {
			return nil, &fault{http.StatusNotFound, "CacheClusterNotFound", c.form.Get("CacheClusterId") + " not found."}
		}
		return map[string]any{"CacheClusters": list("CacheCluster", found, func(k *Cache) any {
			return map[string]any{
				"CacheClusterId": k.ID, "Engine": k.Engine, "TransitEncryptionEnabled": k.TLS,
				"CacheNodes":     list("CacheNode", []string{"0001"}, func(id string) any { return map[string]any{"CacheNodeId": id, "Endpoint": address(k.Host, k.Port)} }),
				"SecurityGroups": list("member", k.Groups, func(id string) any { return map[string]any{"SecurityGroupId": id, "Status": "active"} }),
			}
		})}, nil
	},
}

var searchOperations = map[string]handler{
	"DescribeDomain": func(w *World, c *call) (map[string]any, *fault) {
		for _, d := range w.at(c.place).Network.Domains {
			if d.Name == c.text("DomainName") {
				return map[string]any{"DomainStatus": map[string]any{
					"DomainName": d.Name, "ARN": "arn", "DomainId": "1", "ClusterConfig": map[string]any{}, "Endpoints": map[string]any{"vpc": d.Host},
					"VPCOptions": map[string]any{"VPCId": d.VPC, "SecurityGroupIds": d.Groups},
				}}, nil
			}
		}
		return nil, &fault{http.StatusConflict, "ResourceNotFoundException", "Domain not found: " + c.text("DomainName")}
	},
	"ListDomainNames": func(w *World, c *call) (map[string]any, *fault) {
		var names []any
		for _, d := range w.at(c.place).Network.Domains {
			names = append(names, map[string]any{"DomainName": d.Name})
		}
		return map[string]any{"DomainNames": names}, nil
	},
}
